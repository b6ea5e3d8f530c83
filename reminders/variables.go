package reminders

import (
	"slices"
	"strings"
	"time"

	"tminus/locales"
)

// vantage is from where a template looks at an event: in which language, who reads, and when.
type vantage struct {
	Brief
	locale, reader string
	now            time.Time
}

func (v vantage) days() int { return DaysLeft(v.Start, v.now, v.Zone) }

// variables is everything that a template may use: Vars gives the values, Check refuses any other name, and the screens
// list them. Of a group the first is the one to suggest.
var variables = []struct {
	name  string
	value func(v vantage) any
}{
	{"event.title", func(v vantage) any { return v.Title }},
	{"event.number", func(v vantage) any { return v.Number }},
	{"event.type", func(v vantage) any { return locales.EventType(v.locale, v.Type) }},
	{"event.when", func(v vantage) any { return v.When(v.locale) }},
	{"event.start", func(v vantage) any { return v.Start.In(v.Zone) }},
	{"event.end", func(v vantage) any { return v.End.In(v.Zone) }},
	{"event.location", func(v vantage) any { return v.Location }},
	{"event.description", func(v vantage) any { return v.Description }},
	{"event.url", func(v vantage) any { return v.URL }},
	{"customer.name", func(v vantage) any { return v.Customer }},
	{"customer.address", func(v vantage) any { return v.CustomerAddress }},
	{"customer.notes", func(v vantage) any { return v.CustomerNotes }},
	{"contact.name", func(v vantage) any { return v.ContactName }},
	{"contact.title", func(v vantage) any { return v.ContactTitle }},
	{"contact.phone", func(v vantage) any { return v.ContactPhone }},
	{"contact.email", func(v vantage) any { return v.ContactEmail }},
	{"responsible.name", func(v vantage) any { return v.Responsible }},
	{"responsible.phone", func(v vantage) any { return v.ResponsiblePhone }},
	{"team", func(v vantage) any { return strings.Join(v.Team, locales.ListSeparator(v.locale)) }},
	{"recipient.name", func(v vantage) any { return v.reader }},
	{"company.name", func(v vantage) any { return v.Company }},
	{"days_left", func(v vantage) any { return v.days() }},
	{"days_left_text", func(v vantage) any { return locales.DaysLeft(v.locale, v.days()) }},
}

// Vars gives what a template may use, in a language, for a reader at an instant.
func (b Brief) Vars(locale, reader string, now time.Time) map[string]any {
	v := vantage{Brief: b, locale: locale, reader: reader, now: now}
	vars := map[string]any{}
	for _, variable := range variables {
		group, name, grouped := strings.Cut(variable.name, ".")
		if !grouped {
			vars[group] = variable.value(v)
			continue
		}
		if vars[group] == nil {
			vars[group] = map[string]any{}
		}
		vars[group].(map[string]any)[name] = variable.value(v)
	}
	return vars
}

// VariableNames lists what a template may use.
func VariableNames() []string {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.name
	}
	return names
}

// nearestVariable gives the variable that somebody may have meant by name, or "".
func nearestVariable(name string) string {
	for _, known := range variables {
		if strings.HasPrefix(known.name, name+".") {
			return known.name // a group has no text of its own
		}
	}
	for _, known := range variables {
		if strings.HasSuffix(known.name, "."+name) {
			return known.name // its group was left out
		}
	}
	nearest, least := "", max(2, len(name)/3)+1
	for _, known := range variables {
		if d := distance(strings.ToLower(name), known.name); d < least {
			nearest, least = known.name, d
		}
	}
	return nearest
}

// distance counts the letters to be put in, taken out or exchanged to make b of a (Levenshtein).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for i := range row {
		row[i] = i
	}
	for i, x := range from {
		above := slices.Clone(row)
		row[0] = i + 1
		for j, y := range to {
			cost := 1
			if x == y {
				cost = 0
			}
			row[j+1] = min(above[j]+cost, above[j+1]+1, row[j]+1)
		}
	}
	return row[len(to)]
}
