package planner

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"tminus/collections"
	"tminus/locales"
	"tminus/reminders"
)

// Warning tells what a person should know before saving. Code and Params are what a translation needs; Message says the
// same in English.
type Warning struct {
	Code    string            `json:"code"`
	Message string            `json:"message"`
	Params  map[string]string `json:"params,omitempty"`
}

// The codes of warnings.
const (
	WarnUnreachable = "unreachable"  // params name, channel, reason: one of package reminders'
	WarnNoRecipient = "no_recipient" // param title
	WarnNoChannel   = "no_channel"   // param title
	WarnPastTime    = "past_time"    // param at (RFC 3339, UTC)
	WarnClosed      = "closed"       // param reason
	WarnAutoOff     = "auto_off"
	WarnPast        = "past"
	WarnNoPlan      = "no_plan"
	WarnShortNotice = "short_notice"
	WarnNothing     = "nothing"
)

// warn adds a warning unless the same stands there already.
func warn(to []Warning, w Warning) []Warning {
	if slices.ContainsFunc(to, func(other Warning) bool { return other.Code == w.Code && maps.Equal(other.Params, w.Params) }) {
		return to
	}
	return append(to, w)
}

func unreachable(name, channel, reason string) Warning {
	return Warning{
		Code: WarnUnreachable, Params: map[string]string{"name": name, "channel": channel, "reason": reason},
		Message: fmt.Sprintf("%s gets nothing by %s: %s.", name, locales.Channel(locales.EN, channel), reason),
	}
}

// lacking tells of a reminder that would be skipped because nobody, or no channel, is chosen.
func lacking(r *collections.Reminder, people int) []Warning {
	params := map[string]string{"title": r.Title()}
	var all []Warning
	if people == 0 {
		all = append(all, Warning{Code: WarnNoRecipient, Params: params, Message: "The reminder “" + r.Title() + "” has no recipient, so it would be skipped."})
	}
	if len(r.Channels()) == 0 {
		all = append(all, Warning{Code: WarnNoChannel, Params: params, Message: "The reminder “" + r.Title() + "” has no channel, so it would be skipped."})
	}
	return all
}

func closedWarning(reason string) Warning {
	return Warning{Code: WarnClosed, Params: map[string]string{"reason": reason}, Message: "The event is closed, so nothing is sent."}
}

func pastTime(at time.Time) Warning {
	return Warning{
		Code: WarnPastTime, Params: map[string]string{"at": at.UTC().Format(time.RFC3339)},
		Message: "The time is in the past. Choose a later one, or save and use Send now.",
	}
}

// eventWarnings tells what is special about the plan of an event.
func eventWarnings(state reminders.State, preview []PreviewReminder) []Warning {
	pending, short := 0, false
	for _, r := range preview {
		if r.Status == reminders.Pending {
			pending++
			short = short || (r.ID == "" && r.SendAt.Equal(state.Now))
		}
	}
	switch {
	case state.Closed != "":
		return []Warning{closedWarning(state.Closed)}
	case !state.Auto:
		return []Warning{{Code: WarnAutoOff, Message: "Automatic reminders are off for this event."}}
	case !state.Start.After(state.Now):
		return []Warning{{Code: WarnPast, Message: "The event starts in the past, so no reminders are made."}}
	case len(state.Slots) == 0:
		return []Warning{{Code: WarnNoPlan, Message: "No reminder plan applies to this event."}}
	case short:
		return []Warning{{Code: WarnShortNotice, Message: "The planned times have passed: one reminder is sent at once."}}
	case pending == 0:
		return []Warning{{Code: WarnNothing, Message: "Nothing is sent for this event."}}
	}
	return nil
}
