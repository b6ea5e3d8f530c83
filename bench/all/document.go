package main

import (
	"fmt"
	"strings"
	"time"

	"tminus/bench/figures"
)

// document is what is written down.
type document struct {
	At       time.Time
	Took     time.Duration
	On       machine
	Long     bool
	Findings []finding
}

const preface = `# Measurements and drills

This file is written by %s, and only by it. Every figure is a count, or stands beside something that was measured in
the same run: a limit, a bare PocketBase of the same version, or an empty instance. **The ratio is what to read.** It
stays much the same from machine to machine, where a number of milliseconds does not.

- *beside* is that other thing's figure, *ratio* is the value over it.
- *goal* bounds the ratio; where nothing stands beside the value, the value itself. **MISSED** is a goal that this run did
  not keep. What a note says under a table belongs to its row.
- Under each heading stands the command that repeats it; ` + "`-json`" + ` has it print a record instead of a table, and the
  comment at the beginning of its ` + "`main.go`" + ` says what it does. Drills take a ` + "`-seed`" + `.
- Here everything runs at a size that ends within 15 minutes on two cores. Larger sizes are flags of the commands;
  ` + "`make drills`" + ` runs the drills at their full length.
- A busy machine shows in the times first: repeat a figure before you trust it.

`

// String gives the whole as Markdown.
func (d document) String() string {
	var b strings.Builder
	by := "`make bench`"
	if d.Long {
		by = "`make drills`"
	}
	fmt.Fprintf(&b, preface, by)
	fmt.Fprintf(&b, "| | |\n|---|---|\n| date | %s |\n| it took | %s |\n", d.At.UTC().Format("2006-01-02 15:04 UTC"), span(d.Took))
	for _, fact := range d.On {
		fmt.Fprintf(&b, "| %s | %s |\n", fact[0], cell(fact[1]))
	}
	b.WriteString("\n## In short\n\n| | found | goals |\n|---|---|---|\n")
	for _, f := range d.Findings {
		if len(f.records) == 0 {
			fmt.Fprintf(&b, "| %s | **%s** | |\n", f.about, cell(f.failure))
		}
		for _, r := range f.records {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", f.about, cell(r.Line), goals(r))
		}
	}
	for _, f := range d.Findings {
		f.write(&b)
	}
	return b.String()
}

// write adds the section of a command.
func (f finding) write(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n    %s\n", f.about, f.line())
	if f.took > 0 {
		fmt.Fprintf(b, "\nIt took %s.\n", span(f.took))
	}
	if f.failure != "" {
		fmt.Fprintf(b, "\n**%s**\n", cell(f.failure))
	}
	for _, r := range f.records {
		table(b, r)
	}
}

func table(b *strings.Builder, r figures.Record) {
	b.WriteString("\n| what | value | beside | ratio | goal | |\n|---|---:|---:|---:|---|---|\n")
	for _, row := range r.Rows {
		beside, ratio := "", ""
		if x, compared := row.Ratio(); compared {
			beside = figures.Row{Value: row.Beside, Unit: row.Unit}.Amount() + ", " + row.Than
			ratio = fmt.Sprintf("%.2f", x)
		}
		goal, verdict := row.Verdict(), ""
		if at := strings.LastIndexByte(goal, ' '); at > 0 {
			goal, verdict = goal[:at], goal[at+1:]
		}
		if !row.Kept() {
			verdict = "**" + verdict + "**"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", cell(row.What), cell(row.Amount()), cell(beside), ratio, goal, verdict)
	}
	begun := false
	for _, row := range r.Rows {
		if row.Note == "" {
			continue
		}
		if !begun {
			b.WriteString("\n")
		}
		begun = true
		fmt.Fprintf(b, "- *%s*: %s\n", cell(row.What), cell(row.Note))
	}
	fmt.Fprintf(b, "\n%s.\n", strings.TrimSuffix(r.Line, "."))
}

// goals says how many of a record's are kept.
func goals(r figures.Record) string {
	switch all, n := r.Goals(), len(r.Missed()); {
	case all == 0:
		return ""
	case n == 0:
		return fmt.Sprintf("all %d kept", all)
	default:
		return fmt.Sprintf("**%d of %d MISSED**", n, all)
	}
}

// inShort is what a terminal shows of it.
func (f finding) inShort() string {
	var parts []string
	if f.failure != "" {
		parts = append(parts, f.failure)
	}
	for _, r := range f.records {
		parts = append(parts, strings.ReplaceAll(strings.TrimSpace(r.Line+" "+goals(r)), "*", ""))
	}
	return strings.Join(parts, "; ")
}

// cell keeps a text within its cell of a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(text)
}

// span writes a time for people.
func span(d time.Duration) string {
	d = d.Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}
