package hooks

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
)

// keptStatements bounds the prepared statements that a connection keeps. What the sender says over and over are some
// thirty; each takes a few kilobytes.
const keptStatements = 96

// openKept opens a database whose connections keep the statements that they prepared: SQLite's parsing and planning would
// otherwise take more time than most statements do.
func openKept(driverName, dsn string) (*sql.DB, error) {
	plain, err := sql.Open(driverName, dsn) // opens no connection; it names the driver
	if err != nil {
		return nil, err
	}
	d := plain.Driver()
	return sql.OpenDB(keepingConnector{d, dsn}), plain.Close()
}

type keepingConnector struct {
	driver driver.Driver
	dsn    string
}

func (c keepingConnector) Driver() driver.Driver { return c.driver }

func (c keepingConnector) Connect(context.Context) (driver.Conn, error) {
	raw, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	whole, ok := raw.(wholeConn)
	if !ok {
		_ = raw.Close() // the error is what there is to say
		return nil, errors.New("the SQLite driver lacks what keeping its statements takes")
	}
	return &keepingConn{wholeConn: whole, kept: map[string]*keptStatement{}}, nil
}

// wholeConn is what database/sql asks of a connection, all of which is passed on.
type wholeConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keepingConn is one connection; database/sql has one goroutine use it at a time.
type keepingConn struct {
	wholeConn
	kept map[string]*keptStatement
	uses uint64
}

type keptStatement struct {
	driver.Stmt
	busy bool // rows of it are open, so it cannot begin anew
	used uint64
}

// ExecContext runs a statement that is kept, or keeps it.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.wholeConn.ExecContext(ctx, query, args)
	}
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

// QueryContext does the same for a statement that gives rows.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.wholeConn.QueryContext(ctx, query, args)
	}
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	typed, ok := rows.(typedRows)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver's rows lack their types"), rows.Close())
	}
	s.busy = true
	return &keptRows{typed, s}, nil
}

// statement gives a statement to run, or nil for one that is in use or that is not worth keeping.
func (c *keepingConn) statement(ctx context.Context, query string) (*keptStatement, error) {
	c.uses++
	if s := c.kept[query]; s != nil {
		if s.busy {
			return nil, nil
		}
		s.used = c.uses
		return s, nil
	}
	if !worthKeeping(query) {
		return nil, nil
	}
	prepared, err := c.wholeConn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if err := c.makeRoom(); err != nil {
		return nil, errors.Join(err, prepared.Close())
	}
	s := &keptStatement{Stmt: prepared, used: c.uses}
	c.kept[query] = s
	return s, nil
}

// worthKeeping says whether a statement reads or writes rows, and is none with a long list, which is seldom of the same
// length again. Everything else, schema and settings, runs as it would without us.
func worthKeeping(query string) bool {
	const longest, mostParameters = 6 << 10, 40
	for len(query) > 0 && (query[0] == ' ' || query[0] == '\t' || query[0] == '\n') {
		query = query[1:]
	}
	if len(query) < 6 || len(query) > longest || strings.Count(query, "?") > mostParameters {
		return false
	}
	switch query[:6] {
	case "SELECT", "INSERT", "UPDATE", "DELETE":
		return true
	}
	return false
}

// makeRoom lets go of the statement that was not used for longest, if there are too many.
func (c *keepingConn) makeRoom() error {
	if len(c.kept) < keptStatements {
		return nil
	}
	oldest := ""
	for query, s := range c.kept {
		if !s.busy && (oldest == "" || s.used < c.kept[oldest].used) {
			oldest = query
		}
	}
	s := c.kept[oldest]
	if s == nil {
		return nil // all in use
	}
	delete(c.kept, oldest)
	return s.Close()
}

// Close lets go of the statements and of the connection.
func (c *keepingConn) Close() error {
	var errs []error
	for _, s := range c.kept {
		errs = append(errs, s.Close())
	}
	c.kept = nil
	return errors.Join(append(errs, c.wholeConn.Close())...)
}

// typedRows is what database/sql asks of rows.
type typedRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// keptRows frees their statement when they are closed.
type keptRows struct {
	typedRows
	of *keptStatement
}

func (r *keptRows) Close() error {
	r.of.busy = false
	return r.typedRows.Close()
}
