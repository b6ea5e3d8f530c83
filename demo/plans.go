package demo

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// step is one reminder of a plan.
type step struct {
	days                         int
	at, kind, template, channels string // channels, like audience, separated by spaces
	audience                     string
}

const staff = "sales_responsible assigned_staff"

// mainland is the key of the plan that events on the mainland choose.
const mainland = "mainland"

// plans are kept beside the default one: for a type of event, or for the events that choose them by their key.
var plans = []struct {
	key, name, eventType string
	steps                []step
}{
	{
		key: mainland, name: "Mainland visits (WeChat first)",
		steps: []step{
			{days: 7, kind: "checklist", template: "pre_departure_checklist", channels: "email", audience: staff},
			{days: 3, at: "10:00", kind: "equipment", template: "equipment_checkout", channels: "email wechat", audience: staff},
			{days: 1, at: "16:00", kind: "safety", template: "safety_protocol_review", channels: "sms wechat", audience: staff},
		},
	},
	{
		name: "Training at the customer's", eventType: "training",
		steps: []step{
			{days: 7, kind: "checklist", template: "pre_departure_checklist", channels: "email", audience: staff},
			{days: 2, at: "10:00", kind: "customer_service", template: "customer_service", channels: "email", audience: "sales_responsible contact_person"},
			{days: 1, at: "17:00", kind: "equipment", template: "equipment_checkout", channels: "sms wechat", audience: staff},
		},
	},
	{
		name: "Exhibitions", eventType: "exhibition",
		steps: []step{
			{days: 14, kind: "checklist", template: "pre_departure_checklist", channels: "email", audience: staff + " manager"},
			{days: 1, at: "18:00", kind: "safety", template: "safety_protocol_review", channels: "sms", audience: "assigned_staff"},
			{days: 0, at: "08:00", kind: "code_of_conduct", template: "code_of_conduct", channels: "email", audience: staff},
		},
	},
}

// defaultChannels are those of the default plan's steps, the earliest first: the nearer the day, the louder.
var defaultChannels = []string{"email", "email", "email sms"}

func (f *filling) fillPlans() error {
	return f.app.RunInTransaction(func(tx core.App) error {
		if err := raiseDefaultPlan(tx); err != nil {
			return fmt.Errorf("the default plan: %w", err)
		}
		for _, p := range plans {
			plan, err := collections.NewPlan(tx)
			if err != nil {
				return err
			}
			plan.SetName(p.name)
			plan.SetEventTypes(list(p.eventType))
			if err := tx.Save(plan); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			if p.key != "" {
				f.plans[p.key] = plan.Id
			}
			for _, s := range p.steps {
				if err := addStep(tx, plan.Id, s); err != nil {
					return fmt.Errorf("%s, %d days before: %w", p.name, s.days, err)
				}
			}
		}
		return nil
	})
}

// raiseDefaultPlan gives the default plan's steps different channels.
func raiseDefaultPlan(tx core.App) error {
	plan, err := collections.PlanFor(tx, "", "")
	if err != nil || plan == nil {
		return err
	}
	steps, err := collections.StepsOf(tx, plan.Id)
	if err != nil {
		return err
	}
	for i, s := range steps {
		s.SetChannels(list(defaultChannels[min(i, len(defaultChannels)-1)]))
		if err := tx.Save(s); err != nil {
			return err
		}
	}
	return nil
}

func addStep(tx core.App, plan string, s step) error {
	record, err := collections.NewPlanStep(tx)
	if err != nil {
		return err
	}
	texts, err := collections.TemplatesWithKey(tx, s.template)
	if err != nil {
		return err
	}
	for _, text := range texts {
		record.SetTemplate(text.Id) // any of its languages stands for all
	}
	record.SetPlan(plan)
	record.SetDaysBefore(s.days)
	record.SetAt(s.at)
	record.SetReminderType(s.kind)
	record.SetChannels(list(s.channels))
	record.SetAudience(list(s.audience))
	return tx.Save(record)
}
