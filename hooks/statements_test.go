package hooks

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
)

func keptDB(t *testing.T) *sql.DB {
	t.Helper()
	db, err := openKept("sqlite", filepath.Join(t.TempDir(), "kept.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1) // so that every statement meets the ones before
	t.Cleanup(func() { _ = db.Close() })
	exec(t, db, "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)")
	for i := range 3 {
		exec(t, db, "INSERT INTO things (id, name) VALUES (?, ?)", i, fmt.Sprint("thing ", i))
	}
	return db
}

type execer interface {
	Exec(query string, args ...any) (sql.Result, error)
}

func exec(t *testing.T, db execer, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestAKeptStatementMayBeSaidWhileItsRowsAreOpen(t *testing.T) {
	t.Parallel()
	tx, err := keptDB(t).Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	const query = "SELECT id FROM things WHERE id >= ? ORDER BY id"
	for range 2 {
		readWithin(t, tx, query)
	}
}

// readWithin says the query again for each of its rows.
func readWithin(t *testing.T, tx *sql.Tx, query string) {
	t.Helper()
	var seen []int
	outer, err := tx.Query(query, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer outer.Close()
	for outer.Next() {
		var id, inner int
		if err := outer.Scan(&id); err != nil {
			t.Fatal(err)
		}
		if err := tx.QueryRow(query, id).Scan(&inner); err != nil || inner != id {
			t.Errorf("within the rows from %d: %d, %v", id, inner, err)
		}
		seen = append(seen, id)
	}
	if err := outer.Err(); err != nil || fmt.Sprint(seen) != "[0 1 2]" {
		t.Errorf("the rows outside: %v, %v", seen, err)
	}
}

func TestAKeptStatementFollowsTheSchema(t *testing.T) {
	t.Parallel()
	db := keptDB(t)
	columns := func() int {
		rows, err := db.Query("SELECT * FROM things")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err = errors.Join(err, rows.Err()); err != nil {
			t.Fatal(err)
		}
		return len(names)
	}
	if got := columns(); got != 2 {
		t.Fatalf("%d columns", got)
	}
	exec(t, db, "ALTER TABLE things ADD COLUMN size INTEGER")
	if got := columns(); got != 3 {
		t.Errorf("%d columns after one was added", got)
	}
	first := func() error { return db.QueryRow("SELECT id FROM things ORDER BY id").Scan(new(int)) }
	if err := first(); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "DROP TABLE things")
	if err := first(); err == nil || errors.Is(err, sql.ErrNoRows) {
		t.Error("a table that is gone is read")
	}
}

func TestMoreStatementsThanAreKept(t *testing.T) {
	t.Parallel()
	db := keptDB(t)
	for range 2 {
		for i := range 2 * keptStatements {
			var got int
			if err := db.QueryRow(fmt.Sprintf("SELECT id + %d FROM things WHERE id = ?", i), 1).Scan(&got); err != nil || got != i+1 {
				t.Fatalf("statement %d: %d, %v", i, got, err)
			}
		}
	}
}

func TestAKeptStatementForgetsItsErrorAndItsValues(t *testing.T) {
	t.Parallel()
	db := keptDB(t)
	const insert = "INSERT INTO things (id, name) VALUES (?, ?)"
	if _, err := db.Exec(insert, 1, "again"); err == nil {
		t.Fatal("a second thing under one id")
	}
	exec(t, db, insert, 10, "ten")
	if _, err := db.Exec(insert, 11); err == nil {
		t.Error("a value that was not given was taken from before")
	}
	if _, err := db.Exec("UPDATE things SET nothing = 1"); err == nil {
		t.Error("a column that is not there")
	}
}
