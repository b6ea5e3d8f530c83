package reports

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tests"

	"tminus/collections"
	"tminus/locales"
	"tminus/notifiers"
	"tminus/planner"

	_ "tminus/pb_migrations"
)

// migrated is a data directory with the schema and nothing else, to be copied for each test.
var migrated = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "reports")
	if err != nil {
		return "", err
	}
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: dir, EncryptionEnv: "pb_test_env"})
	if err := app.Bootstrap(); err != nil {
		return "", err
	}
	defer app.ResetBootstrapState() //nolint:errcheck // the directory is complete by then
	return dir, app.RunAllMigrations()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := migrated(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// stage is a fresh app with a clock that stands still, and the people and events that a test puts on it.
type stage struct {
	t        *testing.T
	app      core.App
	now      time.Time
	company  planner.Company
	admin    string // ADMIN_EMAIL
	customer string
	numbers  int
}

// monday is 08:00 on Monday, 30 November 2026 in Hong Kong.
var monday = time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)

func newStage(t *testing.T) *stage {
	t.Helper()
	t.Parallel()
	dir, err := migrated()
	if err != nil {
		t.Fatal(err)
	}
	app, err := tests.NewTestApp(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.Cleanup)
	s := &stage{
		t: t, app: app, now: monday,
		company: planner.Company{Name: "Harbour Medical", Zone: zone(t, "Asia/Hong_Kong"), Locale: locales.EN},
	}
	s.customer = s.newCustomer("Peak Clinic")
	return s
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func (s *stage) reports() *Reports {
	return &Reports{
		Now:            func() time.Time { return s.now },
		Company:        func(core.App) planner.Company { return s.company },
		PublicURL:      func(core.App) string { return "https://tminus.example.com" },
		EventURL:       func(_ core.App, event string) string { return "https://tminus.example.com/events/" + event },
		AdminEmail:     s.admin,
		UnsubscribeURL: func(_ core.App, user string) string { return "https://tminus.example.com/u/" + user },
	}
}

// otherProcess gives another app on the same database.
func (s *stage) otherProcess() core.App {
	s.t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: s.app.DataDir(), EncryptionEnv: "pb_test_env"})
	if err := app.Bootstrap(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := app.ResetBootstrapState(); err != nil {
			s.t.Error(err)
		}
	})
	return app
}

func (s *stage) save(m core.Model) {
	s.t.Helper()
	if err := s.app.SaveNoValidate(m); err != nil {
		s.t.Fatal(err)
	}
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (s *stage) newCustomer(name string) string {
	s.t.Helper()
	c := must[*collections.Customer](s.t)(collections.NewCustomer(s.app))
	c.SetName(name)
	s.save(c)
	return c.Id
}

// user adds an active user who wants the digest.
func (s *stage) user(role, email string, change ...func(*collections.User)) *collections.User {
	s.t.Helper()
	u := must[*collections.User](s.t)(collections.NewUser(s.app))
	name, _, _ := strings.Cut(email, "@")
	u.SetName(name)
	u.SetEmail(email)
	u.RefreshTokenKey() // and no password: nobody signs in here, and hashing takes its time
	u.SetRole(role)
	u.SetActive(true)
	u.SetPreferences(collections.Preferences{Digest: true})
	for _, c := range change {
		c(u)
	}
	s.save(u)
	return u
}

func reads(locale, zone string) func(*collections.User) {
	return func(u *collections.User) { u.SetLocale(locale); u.SetTimezone(zone) }
}

// event adds a planned event of one hour.
func (s *stage) event(title string, start time.Time, change ...func(*collections.Event)) *collections.Event {
	s.t.Helper()
	e := must[*collections.Event](s.t)(collections.NewEvent(s.app))
	s.numbers++
	e.SetNumber(fmt.Sprintf("EV-2026-%04d", s.numbers))
	e.SetTitle(title)
	e.SetStatus(collections.EventPlanned)
	e.SetCustomer(s.customer)
	e.SetTimezone("Asia/Hong_Kong")
	e.SetPlannedStart(start)
	e.SetPlannedEnd(start.Add(time.Hour))
	for _, c := range change {
		c(e)
	}
	s.save(e)
	return e
}

func inStatus(status string) func(*collections.Event) {
	return func(e *collections.Event) { e.SetStatus(status) }
}

// mail is a queued report as its reader gets it.
type mail struct {
	collections.Delivery
	notifiers.Message
}

// mails gives the reports of a kind by the address they go to; it fails if an address has two.
func (s *stage) mails(kind string) map[string]mail {
	s.t.Helper()
	byAddress := map[string]mail{}
	for _, m := range s.allMails(kind) {
		if _, twice := byAddress[m.Address]; twice {
			s.t.Errorf("%s has two messages of kind %s", m.Address, kind)
		}
		byAddress[m.Address] = m
	}
	return byAddress
}

func (s *stage) allMails(kind string) []mail {
	s.t.Helper()
	records, err := s.app.FindAllRecords(collections.Deliveries)
	if err != nil {
		s.t.Fatal(err)
	}
	var found []mail
	for _, r := range records {
		d, err := collections.FindDelivery(s.app, r.Id)
		if err != nil {
			s.t.Fatal(err)
		}
		if d.Kind != kind {
			continue
		}
		m := mail{Delivery: *d}
		if d.Status == collections.DeliveryQueued {
			if err := d.MessageJSON(&m.Message); err != nil {
				s.t.Fatal(err)
			}
		}
		found = append(found, m)
	}
	return found
}

func (s *stage) addresses(kind string) string {
	s.t.Helper()
	var found []string
	for address := range s.mails(kind) {
		found = append(found, address)
	}
	sort.Strings(found)
	return strings.Join(found, " ")
}

// list gives the titles of a section's items; nil if the section is not there.
func (m mail) list(key locales.Key) []string {
	var titles []string
	for _, section := range m.Sections {
		if section.Title != locales.Text(m.Locale, key) {
			continue
		}
		for _, item := range section.Items {
			titles = append(titles, item.Title)
		}
	}
	return titles
}

func (m mail) item(title string) notifiers.Item {
	for _, section := range m.Sections {
		for _, item := range section.Items {
			if item.Title == title {
				return item
			}
		}
	}
	return notifiers.Item{}
}

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprintf("%v", got) != fmt.Sprintf("%v", want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// together calls f from n goroutines at the same time.
func together(t *testing.T, n int, f func(i int) error) {
	t.Helper()
	start := make(chan struct{})
	errs := make(chan error, n)
	for i := range n {
		go func() {
			<-start
			errs <- f(i)
		}()
	}
	close(start)
	for range n {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}
