package hooks

import (
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/locales"
	"tminus/planner"
)

// companyFor is how long the company's settings are believed without reading them again; another process on the same
// data may have changed them.
const companyFor = 5 * time.Second

type companyCache struct {
	company planner.Company
	read    time.Time
}

// Company gives the company's name, zone and language: the environment's, else the settings', else the defaults.
func (s *System) Company(app core.App) planner.Company {
	now := time.Now() //nolint:forbidigo // the age of a cache, not a moment of planning
	if cached := s.company.Load(); cached != nil && now.Sub(cached.read) < companyFor {
		return cached.company
	}
	c := planner.Company{Name: collections.CompanyName(app), Zone: s.Options.Config.Zone(), Locale: locales.EN}
	if settings, err := collections.TheSettings(app); err == nil {
		c.Locale = locales.Match(settings.Language())
		if !s.Options.Config.IsSet("TIME_ZONE") && settings.Timezone() != "" {
			if zone, err := time.LoadLocation(settings.Timezone()); err == nil {
				c.Zone = zone
			}
		}
	}
	s.company.Store(&companyCache{company: c, read: now})
	return c
}

// PublicURL gives the address at which people reach this server, without a trailing slash.
func (s *System) PublicURL(app core.App) string {
	if s.Options.Config.PublicURL != "" {
		return s.Options.Config.PublicURL
	}
	return strings.TrimRight(app.Settings().Meta.AppURL, "/")
}

// EventURL gives the page of an event.
func (s *System) EventURL(app core.App, event string) string {
	return s.PublicURL(app) + "/events/" + event
}

// smsSignature gives the sender's name as mainland messages begin with it.
func (s *System) smsSignature(app core.App) string {
	if s.Options.Config.SMS.SignName != "" {
		return s.Options.Config.SMS.SignName
	}
	return s.Company(app).Name
}
