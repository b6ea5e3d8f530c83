package defaults

import "slices"

// PlanSeed is a reminder plan that is to be made.
type PlanSeed struct {
	Name  string
	Steps []Step
}

// Step is one reminder of a plan. The fields are those of reminder_plan_steps; TemplateKey names a Template.
type Step struct {
	DaysBefore   int
	At           string // "HH:MM", or "" for the event's own time
	ReminderType string
	TemplateKey  string
	Channels     []string
	Audience     []string
}

// Plan gives the default plan with a step for each of days, the earliest reminder first: the last before the event is
// about safety, the one before it about equipment, earlier ones are the checklist. A day that is named twice counts
// once. Every step goes out on channels, to the responsible person and the assigned staff.
func Plan(days []int, channels []string) PlanSeed {
	days = slices.Clone(days)
	slices.Sort(days)
	days = slices.Compact(days)
	slices.Reverse(days)

	plan := PlanSeed{Name: "Default plan"}
	steps := kinds[:3]
	for i, day := range days {
		// Counted from the end: a short plan keeps what matters most just before the event.
		kind := steps[max(0, len(steps)-len(days)+i)]
		plan.Steps = append(plan.Steps, Step{
			DaysBefore: day, ReminderType: kind.reminderType, TemplateKey: kind.key,
			Channels: slices.Clone(channels), Audience: []string{"sales_responsible", "assigned_staff"},
		})
	}
	return plan
}
