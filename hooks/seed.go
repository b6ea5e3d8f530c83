package hooks

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/defaults"
	"tminus/notifiers"
)

// Seed gives a fresh instance its settings, its default plan and its templates, in one transaction. The settings record
// is the mark that it was done: what people delete later stays deleted.
func (s *System) Seed() error {
	_, err := collections.TheSettings(s.App)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	err = s.App.RunInTransaction(func(tx core.App) error {
		if _, err := collections.TheSettings(tx); err == nil {
			return nil // another process was faster
		}
		if err := s.seedSettings(tx); err != nil {
			return err
		}
		templates, err := seedTemplates(tx)
		if err != nil {
			return err
		}
		return s.seedPlan(tx, templates)
	})
	if err != nil {
		return err
	}
	return s.seedPocketBase()
}

func (s *System) seedSettings(tx core.App) error {
	settings, err := collections.NewSettings(tx)
	if err != nil {
		return err
	}
	settings.SetTimezone(s.Options.Config.Zone().String())
	settings.SetLanguage("en")
	settings.SetDigestTime("08:00")
	if err := tx.Save(settings); err != nil {
		return fmt.Errorf("save the settings: %w", err)
	}
	return nil
}

// seedTemplates gives the ids of the English templates by key.
func seedTemplates(tx core.App) (map[string]string, error) {
	texts, err := defaults.Templates()
	if err != nil {
		return nil, err
	}
	ids := map[string]string{}
	for _, text := range texts {
		t, err := collections.NewTemplate(tx)
		if err != nil {
			return nil, err
		}
		t.SetKey(text.Key)
		t.SetLocale(text.Locale)
		t.SetReminderType(text.ReminderType)
		t.SetTitle(text.Title)
		t.SetMessage(text.Message)
		if err := tx.Save(t); err != nil {
			return nil, fmt.Errorf("save the template %s in %s: %w", text.Key, text.Locale, err)
		}
		if text.Locale == "en" {
			ids[text.Key] = t.Id
		}
	}
	return ids, nil
}

func (s *System) seedPlan(tx core.App, templates map[string]string) error {
	seed := defaults.Plan(s.Options.Config.DaysBefore, s.defaultChannels())
	plan, err := collections.NewPlan(tx)
	if err != nil {
		return err
	}
	plan.SetName(seed.Name)
	plan.SetIsDefault(true)
	if err := tx.Save(plan); err != nil {
		return fmt.Errorf("save the default plan: %w", err)
	}
	for _, step := range seed.Steps {
		record, err := collections.NewPlanStep(tx)
		if err != nil {
			return err
		}
		record.SetPlan(plan.Id)
		record.SetDaysBefore(step.DaysBefore)
		record.SetAt(step.At)
		record.SetReminderType(step.ReminderType)
		record.SetTemplate(templates[step.TemplateKey])
		record.SetChannels(step.Channels)
		record.SetAudience(step.Audience)
		if err := tx.Save(record); err != nil {
			return fmt.Errorf("save the step of %d days: %w", step.DaysBefore, err)
		}
	}
	return nil
}

// defaultChannels are those that the environment switches on for reminders.
func (s *System) defaultChannels() []string {
	var on []string
	for _, c := range []struct {
		name    string
		enabled bool
	}{
		{notifiers.Email, s.Options.Config.Enable.Email},
		{notifiers.SMS, s.Options.Config.Enable.SMS},
		{notifiers.WeChat, s.Options.Config.Enable.WeChat},
	} {
		if c.enabled {
			on = append(on, c.name)
		}
	}
	return on
}

// seedPocketBase switches the batch API on and gives mails a name.
func (s *System) seedPocketBase() error {
	settings, err := s.App.Settings().Clone()
	if err != nil {
		return err
	}
	settings.Batch.Enabled = true
	settings.Batch.MaxRequests = 200
	settings.Batch.Timeout = 10
	if settings.Meta.AppName == "" || settings.Meta.AppName == "Acme" {
		settings.Meta.AppName = "T-minus"
	}
	if s.Options.Config.PublicURL != "" {
		settings.Meta.AppURL = s.Options.Config.PublicURL
	}
	if err := s.App.Save(settings); err != nil {
		return fmt.Errorf("save PocketBase's settings: %w", err)
	}
	return nil
}
