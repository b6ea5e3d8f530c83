package pb_migrations

import (
	"slices"

	"github.com/pocketbase/pocketbase/core"
	m "github.com/pocketbase/pocketbase/migrations"
)

// Rate limits, where nobody has set any: switched off, with the rules that PocketBase begins with. Those named by a
// collection or a path are PocketBase's own and count by network address; tminus:… are read by hooks/limits.go, which
// says what each counts.
func init() {
	m.Register(func(app core.App) error {
		settings, err := app.Settings().Clone()
		if err != nil {
			return err
		}
		untouched := []core.RateLimitRule{
			{Label: "*:auth", MaxRequests: 2, Duration: 3},
			{Label: "*:create", MaxRequests: 20, Duration: 5},
			{Label: "/api/batch", MaxRequests: 3, Duration: 1},
			{Label: "/api/", MaxRequests: 300, Duration: 10},
		}
		limits := &settings.RateLimits
		if limits.Enabled || len(limits.Rules) > 0 && !slices.Equal(limits.Rules, untouched) {
			return nil
		}
		limits.Enabled = true
		limits.Rules = []core.RateLimitRule{
			// An office signs in from one address at nine o'clock.
			{Label: "users:auth", MaxRequests: 120, Duration: 60},
			{Label: "_superusers:auth", MaxRequests: 20, Duration: 60},
			{Label: "*:requestOTP", MaxRequests: 60, Duration: 60},
			{Label: "*:requestPasswordReset", MaxRequests: 30, Duration: 60},
			{Label: "*:confirmPasswordReset", MaxRequests: 30, Duration: 60},
			{Label: "*:requestVerification", MaxRequests: 30, Duration: 60},
			{Label: "*:confirmVerification", MaxRequests: 30, Duration: 60},
			{Label: "*:requestEmailChange", MaxRequests: 30, Duration: 60},
			{Label: "*:confirmEmailChange", MaxRequests: 30, Duration: 60},
			{Label: "/api/batch", Audience: core.RateLimitRuleAudienceGuest, MaxRequests: 5, Duration: 60},
			// Browsers connect before they say whose they are.
			{Label: "GET /api/realtime", MaxRequests: 600, Duration: 60},

			{Label: "tminus:failures", MaxRequests: 10, Duration: 600},
			{Label: "tminus:guesses", MaxRequests: 100, Duration: 600},
			{Label: "tminus:code", MaxRequests: 10, Duration: 600},
			{Label: "tminus:refused", MaxRequests: 60, Duration: 60},
			{Label: "tminus:setup", MaxRequests: 20, Duration: 60},
			{Label: "tminus:streams", MaxRequests: 500, Duration: 1},
			{Label: "tminus:requests", MaxRequests: 3000, Duration: 60},
			{Label: "tminus:batch", MaxRequests: 60, Duration: 60},
			{Label: "tminus:events", MaxRequests: 600, Duration: 600},
			{Label: "tminus:reminders", MaxRequests: 600, Duration: 600},
			{Label: "tminus:send", MaxRequests: 120, Duration: 60},
			{Label: "tminus:preview", MaxRequests: 240, Duration: 60},
			{Label: "tminus:test", MaxRequests: 10, Duration: 60},
			{Label: "tminus:invitation", MaxRequests: 60, Duration: 600},
			{Label: "tminus:binding", MaxRequests: 20, Duration: 600},
			{Label: "tminus:sandbox", MaxRequests: 120, Duration: 60},
		}
		return app.Save(settings)
	}, nil)
}
