package defaults_test

import (
	"reflect"
	"testing"

	"tminus/defaults"
)

func TestPlanEndsWithSafety(t *testing.T) {
	type step struct {
		days                   int
		reminderType, template string
	}
	checklist := func(days int) step { return step{days, "checklist", "pre_departure_checklist"} }
	equipment := func(days int) step { return step{days, "equipment", "equipment_checkout"} }
	safety := func(days int) step { return step{days, "safety", "safety_protocol_review"} }
	for _, c := range []struct {
		name string
		days []int
		want []step
	}{
		{"the default", []int{7, 3, 1}, []step{checklist(7), equipment(3), safety(1)}},
		{"in any order", []int{1, 7, 3}, []step{checklist(7), equipment(3), safety(1)}},
		{"one day", []int{2}, []step{safety(2)}},
		{"two days", []int{5, 1}, []step{equipment(5), safety(1)}},
		{"many days", []int{30, 14, 7, 3, 0}, []step{checklist(30), checklist(14), checklist(7), equipment(3), safety(0)}},
		{"a day twice", []int{3, 1, 3}, []step{equipment(3), safety(1)}},
		{"no day", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan := defaults.Plan(c.days, []string{"email", "sms"})
			if plan.Name != "Default plan" {
				t.Errorf("the plan is named %q", plan.Name)
			}
			var got []step
			for _, s := range plan.Steps {
				got = append(got, step{s.DaysBefore, s.ReminderType, s.TemplateKey})
				if s.At != "" {
					t.Errorf("step %d is at %q, want the event's own time", s.DaysBefore, s.At)
				}
				if want := []string{"email", "sms"}; !reflect.DeepEqual(s.Channels, want) {
					t.Errorf("step %d goes out on %q, want %q", s.DaysBefore, s.Channels, want)
				}
				if want := []string{"sales_responsible", "assigned_staff"}; !reflect.DeepEqual(s.Audience, want) {
					t.Errorf("step %d goes to %q, want %q", s.DaysBefore, s.Audience, want)
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("Plan(%v) = %v, want %v", c.days, got, c.want)
			}
		})
	}
}

func TestPlanLeavesItsArgumentsAlone(t *testing.T) {
	days := []int{1, 7, 3}
	channels := []string{"email"}
	plan := defaults.Plan(days, channels)
	plan.Steps[0].Channels[0] = "sms"
	if !reflect.DeepEqual(days, []int{1, 7, 3}) || channels[0] != "email" || plan.Steps[1].Channels[0] != "email" {
		t.Error("Plan changed or shared what it was given")
	}
}

func TestPlanNamesTemplatesThatExist(t *testing.T) {
	types := map[string]string{}
	for _, text := range templates(t) {
		types[text.Key] = text.ReminderType
	}
	for _, step := range defaults.Plan([]int{7, 3, 1}, nil).Steps {
		if types[step.TemplateKey] != step.ReminderType {
			t.Errorf("step %d: template %s is of type %q, want %q", step.DaysBefore, step.TemplateKey, types[step.TemplateKey], step.ReminderType)
		}
	}
}
