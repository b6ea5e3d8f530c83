// Package figures is how the measurements and drills under bench/ tell what they found: rows of values, each a ratio to
// something measured in the same run or a count, held to its goal.
package figures

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Record is what one command found.
type Record struct {
	Name string `json:"name"`           // of the command, as in "go run ./bench/NAME"
	Args string `json:"args,omitempty"` // given to it, if they differ from its defaults
	Rows []Row  `json:"rows"`
	Line string `json:"line"` // the whole in a line
}

// Row is one figure.
type Row struct {
	What   string  `json:"what"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit,omitempty"`   // of Value and Beside; none: a count
	Beside float64 `json:"beside,omitempty"` // what it is compared with, measured in the same run
	Than   string  `json:"than,omitempty"`   // what that is
	Goal   *Goal   `json:"goal,omitempty"`
	Note   string  `json:"note,omitempty"` // what the reader should know, such as why a goal is out of reach
}

// Goal bounds a row's ratio, or its value if it is compared with nothing.
type Goal struct {
	AtLeast *float64 `json:"at_least,omitempty"`
	AtMost  *float64 `json:"at_most,omitempty"`
}

// AtLeast is a goal that more is good for.
func AtLeast(x float64) *Goal { return &Goal{AtLeast: &x} }

// AtMost is a goal that less is good for.
func AtMost(x float64) *Goal { return &Goal{AtMost: &x} }

// Ratio gives Value over Beside, and whether there is anything beside it.
func (r Row) Ratio() (ratio float64, compared bool) {
	if r.Beside == 0 {
		return 0, false
	}
	return r.Value / r.Beside, true
}

// Kept says whether the row keeps its goal. One without a goal does.
func (r Row) Kept() bool {
	if r.Goal == nil {
		return true
	}
	x, compared := r.Ratio()
	if !compared {
		x = r.Value
	}
	return (r.Goal.AtLeast == nil || x >= *r.Goal.AtLeast) && (r.Goal.AtMost == nil || x <= *r.Goal.AtMost)
}

// Missed gives the rows that do not keep their goals.
func (r Record) Missed() []Row {
	var missed []Row
	for _, row := range r.Rows {
		if !row.Kept() {
			missed = append(missed, row)
		}
	}
	return missed
}

// Print writes the record as JSON in one line, or as a table that ends with one line.
func (r Record) Print(to io.Writer, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(to).Encode(r)
	}
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, row := range r.Rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", row.What, row.Amount(), row.Compared(), row.Verdict())
	}
	if err := w.Flush(); err != nil {
		return err
	}
	line := r.Name + ": " + r.Line
	if n := len(r.Missed()); n > 0 {
		line += fmt.Sprintf(" (%d of %d goals missed)", n, r.Goals())
	}
	_, err := fmt.Fprintln(to, line)
	return err
}

// Goals gives the number of rows that have one.
func (r Record) Goals() (n int) {
	for _, row := range r.Rows {
		if row.Goal != nil {
			n++
		}
	}
	return n
}

// Amount gives the value with its unit.
func (r Row) Amount() string { return strings.TrimSpace(number(r.Value) + " " + r.Unit) }

// Compared gives the ratio and what it is to, or nothing.
func (r Row) Compared() string {
	ratio, compared := r.Ratio()
	if !compared {
		return ""
	}
	return fmt.Sprintf("%.2f × %s (%s)", ratio, r.Than, strings.TrimSpace(number(r.Beside)+" "+r.Unit))
}

// Verdict gives the goal and whether it is kept, or nothing.
func (r Row) Verdict() string {
	if r.Goal == nil {
		return ""
	}
	var goal string
	if r.Goal.AtLeast != nil {
		goal = "≥ " + number(*r.Goal.AtLeast)
	}
	if r.Goal.AtMost != nil {
		goal = strings.TrimSpace(goal + " ≤ " + number(*r.Goal.AtMost))
	}
	if r.Kept() {
		return goal + " kept"
	}
	return goal + " MISSED"
}

// number writes as many digits as mean something.
func number(x float64) string {
	switch {
	case x == float64(int64(x)):
		return fmt.Sprint(int64(x))
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 1:
		return fmt.Sprintf("%.2f", x)
	default:
		return fmt.Sprintf("%.3g", x)
	}
}
