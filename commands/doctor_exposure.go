package commands

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"tminus/hooks"
)

// safeToken is how many letters and digits nobody guesses by asking: 95 bits.
const safeToken = 16

// exposure tells who may ask how much, and whether a reverse proxy would make everybody one.
func (x *examination) exposure() {
	settings := x.c.pb.Settings()
	if settings.RateLimits.Enabled {
		x.ok("rate limits", "on, %d rules", len(settings.RateLimits.Rules))
	} else {
		x.note("rate limits", "off, so that anybody may guess passwords as fast as the machine answers; switch them on in the dashboard, Settings → Application → Rate limiting")
	}
	if token := x.c.Config.WeChat.Token; token != "" && len(token) < safeToken {
		x.note("WECHAT_TOKEN", "could be guessed, and with it WeChat's events be forged; make it 32 random letters and digits, here and in the account's console")
	}
	named := settings.TrustedProxy.Headers
	switch {
	case len(named) > 0:
		x.note("reverse proxy", "people's addresses are read from %s, so that nobody but the proxy may reach this server's port", strings.Join(named, ", "))
	case !strings.HasPrefix(x.c.Config.PublicURL, "https://") || x.hasCertificate():
	default:
		x.note("reverse proxy", "PUBLIC_URL is https, and this server has got no certificate itself; if a proxy stands before it, everybody shares one address and its rate limits: %s", hooks.ProxyMend)
	}
}

// hasCertificate says whether the server ever ended TLS itself, by tminus serve DOMAIN.
func (x *examination) hasCertificate() bool {
	kept, err := os.ReadDir(filepath.Join(x.c.pb.DataDir(), core.LocalAutocertCacheDirName))
	return err == nil && len(kept) > 0
}
