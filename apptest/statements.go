package apptest

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// Growing are the tables that become longer with every year of work; all others stay as small as the company.
var Growing = []string{"events", "reminders", "deliveries", "audit_log", "customers", "contacts", "received_callbacks"}

// Statements are those that an app has run on its data, as SQLite got them but with the values written in.
type Statements struct {
	mu   sync.Mutex
	on   bool
	seen map[string]string // an example of each shape
}

// WatchStatements begins to listen, without noting anything yet. It must be called before the app is used by more than
// one goroutine.
func WatchStatements(app core.App) (*Statements, error) {
	s := &Statements{seen: map[string]string{}}
	for _, builder := range []dbx.Builder{app.ConcurrentDB(), app.NonconcurrentDB()} {
		db, ok := builder.(*dbx.DB)
		if !ok {
			return nil, fmt.Errorf("the database is a %T, which cannot be listened to", builder)
		}
		db.QueryLogFunc = func(_ context.Context, _ time.Duration, text string, _ *sql.Rows, _ error) { s.note(text) }
		db.ExecLogFunc = func(_ context.Context, _ time.Duration, text string, _ sql.Result, _ error) { s.note(text) }
	}
	return s, nil
}

// Note notes what is run from here on, or ends that.
func (s *Statements) Note(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on = on
}

var (
	values  = regexp.MustCompile(`'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b`)
	lists   = regexp.MustCompile(`(\?|TRUE|FALSE)(\s*,\s*(\?|TRUE|FALSE))+`)
	planned = regexp.MustCompile(`(?is)^\s*(SELECT|UPDATE|DELETE|WITH)\b`)
)

func (s *Statements) note(text string) {
	if !planned.MatchString(text) {
		return
	}
	shape := lists.ReplaceAllString(values.ReplaceAllString(text, "?"), "?")
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.seen[shape]; s.on && !known {
		s.seen[shape] = strings.ReplaceAll(text, "<nil>", "NULL") // as dbx writes it
	}
}

// Len is the number of statements, those counted once that differ in values alone.
func (s *Statements) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// Scan is a growing table that a statement reads from end to end.
type Scan struct {
	Table, Step, Statement string // Step: as EXPLAIN QUERY PLAN tells it
}

// Scans asks SQLite how it would run each statement now, and gives those that read a growing table from end to end. One
// that follows an index in the order that is asked for and ends with its LIMIT does not: it stops where the page is full.
// Nor does one that reads an index with a condition, which holds only what meets that.
func (s *Statements) Scans(app core.App) ([]Scan, error) {
	s.mu.Lock()
	texts := slices.Sorted(maps.Values(s.seen))
	s.mu.Unlock()
	var partial []string
	err := app.NonconcurrentDB().NewQuery("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'").Column(&partial)
	if err != nil {
		return nil, fmt.Errorf("read the indexes: %w", err)
	}
	var found []Scan
	for _, text := range texts {
		if strings.Contains(text, "(0=1)") { // as dbx writes that something is among nothing
			continue
		}
		var plan []struct {
			Detail string `db:"detail"`
		}
		if err := app.NonconcurrentDB().NewQuery("EXPLAIN QUERY PLAN " + text).All(&plan); err != nil {
			return nil, fmt.Errorf("explain %s: %w", text, err)
		}
		steps := make([]string, len(plan))
		for i, step := range plan {
			steps[i] = step.Detail
		}
		found = append(found, scansIn(text, steps, partial)...)
	}
	return found, nil
}

var (
	scan    = regexp.MustCompile(`^SCAN (\S+)( USING (?:COVERING )?INDEX (\S+))?`)
	counted = regexp.MustCompile(`(?i)\b(COUNT|SUM|MIN|MAX)\b`)
	limited = regexp.MustCompile(`(?i)\bLIMIT\s+\d+`)
)

func scansIn(text string, steps, partial []string) (found []Scan) {
	sorts := slices.ContainsFunc(steps, func(step string) bool {
		return strings.HasPrefix(step, "USE TEMP B-TREE FOR ORDER BY") // while one for its last terms sorts equals alone
	})
	ends := limited.MatchString(text) && !sorts && !counted.MatchString(text)
	for _, step := range steps {
		m := scan.FindStringSubmatch(step)
		if m == nil {
			continue
		}
		table := tableOf(text, strings.Trim(m[1], "`\""))
		if slices.Contains(Growing, table) && !(ends && m[2] != "") && !slices.Contains(partial, m[3]) {
			found = append(found, Scan{Table: table, Step: step, Statement: text})
		}
	}
	return found
}

// tableOf gives the table that a statement calls by a name.
func tableOf(text, name string) string {
	if slices.Contains(Growing, name) {
		return name
	}
	const mark = "[`\"\\[\\]{}]*"
	named := regexp.MustCompile(`(?i)\b(` + strings.Join(Growing, "|") + `)` + mark + `\s+(?:AS\s+)?` + mark + regexp.QuoteMeta(name) + `\b`)
	if m := named.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
