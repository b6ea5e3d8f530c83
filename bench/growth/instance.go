package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"time"

	"tminus/apptest"
	"tminus/bench/drills"
	"tminus/collections"
)

// instance is a served one of some age.
type instance struct {
	*drills.Instance
	size       int // in reminders
	statements *apptest.Statements
	served     *httptest.Server
	tokens     map[string]string // by role
	staff      string            // whose events are looked at

	event, reminder, customer string // of the middle of its years
}

// metricsToken opens /metrics.
const metricsToken = "growing-old-gracefully"

func open(dir string, n int) (*instance, error) {
	d, err := drills.Open(dir, []string{"METRICS_TOKEN=" + metricsToken, "ADMIN_EMAIL=admin@example.test"}, nil)
	if err != nil {
		return nil, err
	}
	i := &instance{Instance: d, size: n, tokens: map[string]string{"": metricsToken}}
	if err := i.fill(); err != nil {
		return nil, err
	}
	if i.statements, err = apptest.WatchStatements(d.App); err != nil {
		return nil, err
	}
	handler, err := apptest.Handler(d.App)
	if err != nil {
		return nil, err
	}
	i.served = httptest.NewServer(handler)
	return i, nil
}

func (i *instance) fill() (err error) {
	if err := i.People(); err != nil {
		return err
	}
	for _, role := range []string{collections.RoleManager, collections.RoleStaff, collections.RoleAdmin} {
		id, token, err := i.User(role)
		if err != nil {
			return err
		}
		i.tokens[role] = token
		if role == collections.RoleStaff {
			i.staff = id
		}
	}
	if err := i.Years(i.size, i.staff); err != nil {
		return err
	}
	// The same of each: an event two days ago.
	row := i.ConcurrentDB().NewQuery(`SELECT e.id, e.customer, r.id FROM events e JOIN reminders r ON r.event = e.id
		WHERE e.planned_start_date < strftime('%Y-%m-%d %H:%M:%S.000Z', 'now', '-2 days') AND r.status = 'sent' AND e.status = 'completed'
		ORDER BY e.planned_start_date DESC LIMIT 1`)
	if err := row.Row(&i.event, &i.customer, &i.reminder); err != nil {
		return fmt.Errorf("find an event: %w", err)
	}
	return nil
}

func (i *instance) close() {
	i.served.CloseClientConnections()
	i.served.Close()
	_ = i.Close()
}

// used is the time for which processors have worked for this process, of which nobody else on the machine takes any.
func used() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail with these arguments
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// get asks the server as a role and gives what the whole answer cost.
func (i *instance) get(role, path string) (time.Duration, error) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, i.served.URL+path, nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+i.tokens[role])
	began := used()
	response, err := i.served.Client().Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	took := used() - began
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s %.300s", path, response.Status, body)
	}
	return took, err
}
