package config

import (
	"strings"
	"testing"
	"time"
)

// Whatever an operator writes into a variable, the settings are within their ranges or the variable is named with its mend.
func FuzzVariables(f *testing.F) {
	f.Add("EMAIL_PORT", "465")
	f.Add("EMAIL_USE_TLS", "YES")
	f.Add("EVENT_REMINDER_CHECK_INTERVAL_MINUTES", "99999999999999999999")
	f.Add("REMINDER_RETRY_INTERVAL", "1h30m")
	f.Add("REMINDER_RETRY_INTERVAL", ".")
	f.Add("TIME_ZONE", "../../etc/passwd")
	f.Add("PUBLIC_URL", "javascript:alert(1)")
	f.Add("ADMIN_EMAIL", "a@b.c\r\nBcc: x@y.z")
	f.Add("DEFAULT_FROM_EMAIL", "\"a\" <b@c.d>, e@f.g")
	f.Add("EMAIL_HOST", "host\x00:25")
	f.Add("SMS_ENDPOINT", "http://user:pass@[::1]:99999/?x#y")
	f.Add("WECHAT_ENCODING_AES_KEY", strings.Repeat("a", 43))
	f.Fuzz(func(t *testing.T, name, value string) {
		if strings.HasSuffix(name, "_FILE") || strings.ContainsAny(name, "=") {
			return // a file would be read
		}
		c, err := Load([]string{name + "=" + value}, strings.NewReader(value))
		if err != nil {
			if err.Error() == "" || strings.Contains(err.Error(), "\x00") {
				t.Errorf("%q=%q: %q", name, value, err)
			}
			return
		}
		if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "Local" || len(c.DaysBefore) == 0 || c.CheckInterval < time.Minute ||
			strings.ContainsAny(c.AdminEmail+c.PublicURL+c.Email.Host, "\r\n") {
			t.Errorf("%q=%q: %+v", name, value, c)
		}
	})
}
