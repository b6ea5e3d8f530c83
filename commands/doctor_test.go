package commands_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest/smtpserver"
	"tminus/collections"
)

func notMade(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s was made (%v)", dir, err)
	}
}

func TestDoctorTellsEveryErrorOfTheConfiguration(t *testing.T) {
	t.Parallel()
	s := newShell(t, "EMAIL_PORT=abc", "TIME_ZONE=Mars/Olympus", "SMS_PROVIDER=pigeon")
	output, failure := s.run("doctor")
	has(t, output, "FAIL  EMAIL_PORT: ", "FAIL  TIME_ZONE: ", "FAIL  SMS_PROVIDER: ", "ok    time zones: ", "note  data: ")
	has(t, failure, "3 checks failed")
	notMade(t, s.dir)
}

func TestDoctorBeforeTheFirstStart(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	output := s.succeeds("doctor")
	has(t, output, "ok    configuration: ", "note  PUBLIC_URL: ", "does not exist yet", "note  email: messages are kept in the sandbox",
		"note  sms: not configured", "note  wechat: not configured")
	notMade(t, s.dir)
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	server := smtpserver.Start(t, smtpserver.WithoutSTARTTLS(), smtpserver.WithAuth("ann", "secret"))
	s := newShell(t, mailVariables(server, "EMAIL_HOST_USER=ann", "EMAIL_HOST_PASSWORD=secret", "PUBLIC_URL=https://tminus.example.com")...)
	s.succeeds("user", "add", "viewer@example.com", "--name", "V", "--role", "viewer")

	output, _ := s.run("doctor")
	has(t, output, "FAIL  administrator: ")
	s.succeeds("user", "add", "grace@example.com", "--name", "Grace", "--role", "admin")
	output = s.succeeds("doctor")
	has(t, output, "ok    PUBLIC_URL: ", "ok    data: ", "ok    database: ", "ok    migrations: ", "ok    administrator: 1", "ok    email: ")
	lacks(t, output, "FAIL", "secret")
	if len(server.Mails()) != 0 {
		t.Error("the doctor sent a mail")
	}

	s.environ = mailVariables(server, "EMAIL_HOST_USER=ann", "EMAIL_HOST_PASSWORD=wrong-guess", "SMS_PROVIDER=aliyun")
	output, failure := s.run("doctor")
	has(t, output, "FAIL  email: ", "SMS_PROVIDER is set, but SMS_API_KEY and SMS_API_SECRET are not", "note  wechat: not configured (WECHAT_APP_ID is not set)")
	lacks(t, output, "wrong-guess")
	has(t, failure, "1 check failed")
}

func TestDoctorFindsAClockThatWasSetBack(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	s.succeeds("user", "add", "grace@example.com", "--name", "Grace", "--role", "admin")
	s.now = func() time.Time { return time.Now().Add(-3 * time.Hour) }
	output, _ := s.run("doctor")
	has(t, output, "FAIL  clock: the data was last written at")
	s.now = func() time.Time { return time.Date(1970, 1, 1, 0, 5, 0, 0, time.UTC) }
	output, _ = s.run("doctor")
	has(t, output, "FAIL  clock: it shows 1970-01-01T00:05:00Z")
}

func TestDoctorFindsWhatIsHeldUp(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	s.succeeds("user", "add", "grace@example.com", "--name", "Grace", "--role", "admin")
	queue := func(key string, due time.Time) {
		d := &collections.Delivery{
			Key: key, Kind: collections.KindTest, Channel: "email", Address: "you@example.com", Status: collections.DeliveryQueued,
			NextAttemptAt: collections.DateTime(due),
		}
		if _, err := collections.InsertDelivery(s.open(), d, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	queue("later", time.Now().Add(time.Hour))
	has(t, s.succeeds("doctor"), "ok    email queue: 1 waiting for their time")
	queue("slow", time.Now().Add(-3*time.Minute))
	has(t, s.succeeds("doctor"), "note  email queue: 2 waiting, of which 1 should leave now; the oldest should have left 3m")
	queue("stuck", time.Now().Add(-time.Hour))
	output, _ := s.run("doctor")
	has(t, output, "FAIL  email queue: ", "Is the server running?")
}

func TestDoctorFindsADamagedDatabase(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "data.db"), []byte("this is no database at all, whatever its name says"), 0o600); err != nil {
		t.Fatal(err)
	}
	output, _ := s.run("doctor")
	has(t, output, "FAIL  database: ", "restore a backup")
}

func TestDoctorTellsWhoSharesAnAddressAndItsLimits(t *testing.T) {
	t.Parallel()
	s := newShell(t, "PUBLIC_URL=https://tminus.example.com")
	s.succeeds("user", "add", "grace@example.com", "--name", "Grace", "--role", "admin")
	output := s.succeeds("doctor")
	has(t, output, "ok    rate limits: on", "note  reverse proxy: PUBLIC_URL is https", "IP proxy headers")
	certificates := filepath.Join(s.dir, core.LocalAutocertCacheDirName)
	if err := os.MkdirAll(filepath.Join(certificates, "tminus.example.com"), 0o700); err != nil {
		t.Fatal(err)
	}
	lacks(t, s.succeeds("doctor"), "reverse proxy")
	s.environ = []string{"PUBLIC_URL=http://tminus.example.com", "WECHAT_TOKEN=abc"}
	if err := os.RemoveAll(certificates); err != nil {
		t.Fatal(err)
	}
	output, _ = s.run("doctor")
	lacks(t, output, "reverse proxy", "abc")
	has(t, output, "note  WECHAT_TOKEN: could be guessed")
}
