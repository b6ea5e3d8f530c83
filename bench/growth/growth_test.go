package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// What reads all there is because that is what was asked for.
var whole = []string{"events, all", "by letters", "number of all messages"}

func TestNoHotStatementReadsAGrowingTableFromEndToEnd(t *testing.T) {
	i, err := open(filepath.Join(t.TempDir(), "pb_data"), 9000)
	if err != nil {
		t.Fatal(err)
	}
	defer i.close()
	do := func(ds []deed) {
		i.statements.Note(true)
		defer i.statements.Note(false)
		for _, d := range ds {
			if _, err := d.do(i); err != nil {
				t.Errorf("%s: %v", d.name, err)
			}
		}
	}
	var hot, all []deed
	for _, d := range append(pages(), work()...) {
		if containsAny(d.name, whole) {
			all = append(all, d)
			continue
		}
		hot = append(hot, d)
	}
	do(hot)
	if i.statements.Len() < 50 {
		t.Errorf("only %d statements were heard", i.statements.Len())
	}
	scans, err := i.statements.Scans(i.App)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scans {
		if strings.Contains(s.Statement, "`id` IN (") || strings.Contains(s.Statement, "WHERE id IN (SELECT value FROM json_each(") {
			continue // SQLite rather reads a table of fifty rows than look up twenty
		}
		t.Errorf("%s in: %s", s.Step, s.Statement)
	}
	do(all)
	if scans, err = i.statements.Scans(i.App); err != nil || len(scans) == 0 {
		t.Errorf("counting all events is not seen to read them all: %v", err)
	}
}

func containsAny(s string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
