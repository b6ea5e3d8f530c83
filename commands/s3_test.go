package commands_test

import (
	"context"
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest/s3server"
	"tminus/commands"
	"tminus/hooks"
)

// inBucket makes the dashboard's settings of a data directory send backups to a server.
func (s *shell) inBucket(server *s3server.Server, change func(*core.S3Config)) {
	s.t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: s.dir, DBConnect: hooks.Connect})
	if err := app.Bootstrap(); err != nil {
		s.t.Fatal(err)
	}
	app.Settings().Backups.S3 = core.S3Config{
		Enabled: true, Bucket: s3server.Bucket, Region: s3server.Region, Endpoint: server.URL(),
		AccessKey: s3server.KeyID, Secret: s3server.Secret, ForcePathStyle: true,
	}
	if change != nil {
		change(&app.Settings().Backups.S3)
	}
	if err := app.Save(app.Settings()); err != nil {
		s.t.Fatal(err)
	}
	if err := app.ResetBootstrapState(); err != nil {
		s.t.Fatal(err)
	}
}

// fromBucket are the arguments that restore a backup where nothing is.
func fromBucket(server *s3server.Server, name string) []string {
	return []string{
		"restore", name, "--s3-bucket", s3server.Bucket, "--s3-endpoint", server.URL(), "--s3-region", s3server.Region,
		"--s3-access-key", s3server.KeyID, "--s3-path-style",
	}
}

// large puts a file into a data directory that no zip makes smaller, so that its backup is uploaded in parts.
func (s *shell) large() []byte {
	s.t.Helper()
	content := make([]byte, 13<<20)
	if _, err := rand.Read(content); err != nil {
		s.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(s.dir, "storage"), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "storage", "plan.pdf"), content, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return content
}

// zips gives the archives that lie anywhere in the data directory.
func (s *shell) zips() (found []string) {
	s.t.Helper()
	for _, pattern := range []string{"backups/*", ".pb_temp_to_delete/*", "restore_under_way", "*.zip"} {
		some, err := filepath.Glob(filepath.Join(s.dir, pattern))
		if err != nil {
			s.t.Fatal(err)
		}
		found = append(found, some...)
	}
	return found
}

func TestABackupGoesToABucketAndComesBackIntoAnEmptyDirectory(t *testing.T) {
	t.Parallel()
	server := s3server.Start(t, time.Now)
	s := newShell(t)
	s.adds("ann@b.example")
	s.inBucket(server, nil)
	content := s.large()
	has(t, s.succeeds("backup", "--name", "first.zip"), "Made first.zip, 13.", "the bucket "+s3server.Bucket+" at http://")
	has(t, s.succeeds("backup", "list"), "first.zip", "13.", server.URL())
	has(t, s.fails("backup", "--name", "first.zip"), "choose another name")
	if open, joined := server.Uploads(); open != 0 || joined != 1 {
		t.Errorf("%d uploads are open, %d were joined: it was to be sent in parts", open, joined)
	}
	if left := s.zips(); len(left) != 0 {
		t.Errorf("left in the data directory: %v", left)
	}
	s.adds("later@b.example")
	s.succeeds("restore", "first.zip") // by the settings of the data that it replaces
	if got := people(t, s.dir); !slices.Equal(got, []string{"ann@b.example"}) {
		t.Errorf("the restored data knows %v", got)
	}

	other := newShell(t)
	other.stdin = s3server.Secret + "\n"
	has(t, other.succeeds(fromBucket(server, "first.zip")...), "Restored first.zip")
	if got := people(t, other.dir); !slices.Equal(got, []string{"ann@b.example"}) {
		t.Errorf("the other machine knows %v", got)
	}
	if got, err := os.ReadFile(filepath.Join(other.dir, "storage", "plan.pdf")); err != nil || !slices.Equal(got, content) {
		t.Errorf("the file is another: %v", err)
	}
	if left := other.zips(); len(left) != 0 {
		t.Errorf("left in the data directory: %v", left)
	}
	other.serves("restored from a backup")
	has(t, other.succeeds("backup", "--name", "second.zip"), "the bucket "+s3server.Bucket) // the settings came along
}

// serves starts the server, waits for what it prints and ends it.
func (s *shell) serves(want string) {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, ended := &console{}, make(chan error, 1)
	go func() { ended <- commands.RunContext(ctx, s.program(out, "serve", "--http", "127.0.0.1:0")) }()
	waitFor(s.t, out, want, ended)
	stop()
	if err := <-ended; err != nil {
		s.t.Errorf("the server ended with %v", err)
	}
}

func TestABucketThatRefusesSaysWhatToDoAndKeepsNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*core.S3Config)
		want   string
	}{
		"wrong secret": {func(c *core.S3Config) { c.Secret = "wrong-secret" }, "the secret is not that of the access key"},
		"unknown key":  {func(c *core.S3Config) { c.AccessKey = "AKIANOBODY" }, "does not know the access key"},
		"region":       {func(c *core.S3Config) { c.Region = "eu-west-1" }, "the region is not the bucket's"},
		"no bucket":    {func(c *core.S3Config) { c.Bucket = "nowhere" }, "no such bucket"},
		"no server":    {func(c *core.S3Config) { c.Endpoint = "http://127.0.0.1:1" }, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := s3server.Start(t, time.Now)
			s := newShell(t)
			s.adds("ann@b.example")
			s.inBucket(server, c.change)
			for _, args := range [][]string{{"backup"}, {"backup", "list"}} {
				failure := s.fails(args...)
				has(t, failure, c.want)
				lacks(t, failure, "RAW", "StringToSign", s3server.KeyID, "wrong-secret", s3server.Secret)
			}
			if got := server.Objects(); len(got) != 0 {
				t.Errorf("the bucket holds %v", got)
			}
			if left := s.zips(); len(left) != 0 {
				t.Errorf("left in the data directory: %v", left)
			}
		})
	}
}

func TestAClockThatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	server := s3server.Start(t, func() time.Time { return time.Now().Add(time.Hour) })
	s := newShell(t)
	s.adds("ann@b.example")
	s.inBucket(server, nil)
	has(t, s.fails("backup"), "clock")
}

func TestAnUploadThatFailsHalfwayLeavesNothing(t *testing.T) {
	t.Parallel()
	server := s3server.Start(t, time.Now)
	s := newShell(t)
	s.adds("ann@b.example")
	s.inBucket(server, nil)
	s.large()
	server.Refuse(func(r *http.Request) *s3server.Failure {
		if r.URL.Query().Get("partNumber") != "2" {
			return nil
		}
		return s3server.SlowDown()
	})
	has(t, s.fails("backup"), "try again later")
	open, joined := server.Uploads()
	if got := server.Objects(); open != 0 || joined != 0 || len(got) != 0 {
		t.Errorf("the bucket holds %v, %d uploads are open, %d joined", got, open, joined)
	}
	if left := s.zips(); len(left) != 0 {
		t.Errorf("left in the data directory: %v", left)
	}
	server.Refuse(nil)
	s.succeeds("backup")
}

func TestARestoreFromABucketThatRefusesChangesNothing(t *testing.T) {
	t.Parallel()
	server := s3server.Start(t, time.Now)
	s := newShell(t)
	s.stdin = "wrong\n"
	has(t, s.fails(fromBucket(server, "first.zip")...), "the secret is not that of the access key")
	s.stdin = s3server.Secret
	has(t, s.fails(fromBucket(server, "first.zip")...), "there is no backup first.zip in the bucket")
	s.stdin = ""
	has(t, s.fails(fromBucket(server, "first.zip")...), "the standard input holds no secret")
	has(t, s.fails("restore", "first.zip", "--s3-bucket", "b"), "--s3-endpoint", "--s3-region")
	notMade(t, s.dir)

	s.adds("ann@b.example")
	s.inBucket(server, nil)
	s.succeeds("backup", "--name", "first.zip")
	before := s.state()
	s.inBucket(server, func(c *core.S3Config) { c.Secret = "wrong-secret" })
	failure := s.fails("restore", "first.zip")
	has(t, failure, "the secret is not that of the access key")
	lacks(t, failure, "RAW", "wrong-secret", strings.ToLower(s3server.KeyID), s3server.KeyID)
	if after := s.state(); !slices.Equal(before, after) {
		t.Errorf("the data directory holds %v, not %v", after, before)
	}
	if left := s.zips(); len(left) != 0 {
		t.Errorf("left in the data directory: %v", left)
	}
}
