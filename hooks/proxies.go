package hooks

import (
	"fmt"
	"net"
	"sync"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
)

// ProxyMend says what to do about a reverse proxy that nobody has named.
const ProxyMend = "name the header that the proxy sets (such as X-Forwarded-For) in the dashboard, Settings → Application → IP proxy headers"

// forwarding are the headers by which proxies tell whose request they pass on.
var forwarding = []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded"}

// noticeProxies warns once when requests come through a proxy on this machine or network whose header nobody has named:
// then everybody has one address, and shares what one address may do.
func (s *System) noticeProxies() *hook.Handler[*core.RequestEvent] {
	var once sync.Once
	return &hook.Handler[*core.RequestEvent]{
		Id: "tminusNoticeProxies",
		Func: func(e *core.RequestEvent) error {
			if len(e.App.Settings().TrustedProxy.Headers) == 0 && isForwarded(e) {
				once.Do(func() {
					s.log.Warn("requests come through a reverse proxy that is not named, so that everybody shares one address and its rate limits; " + ProxyMend)
					if s.Options.Console != nil {
						fmt.Fprintf(s.Options.Console, "\nWarning: requests come through a reverse proxy, so that everybody shares one address and its rate limits.\nTo tell people apart, %s.\n", ProxyMend)
					}
				})
			}
			return e.Next()
		},
	}
}

func isForwarded(e *core.RequestEvent) bool {
	ip := net.ParseIP(e.RemoteIP())
	if ip == nil || !ip.IsLoopback() && !ip.IsPrivate() {
		return false
	}
	for _, name := range forwarding {
		if e.Request.Header.Get(name) != "" {
			return true
		}
	}
	return false
}
