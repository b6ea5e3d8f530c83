package commands_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"tminus/commands"
)

func TestDemoServesAFilledInstanceAndLeavesNothingBehind(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	s := newShell(t, "EMAIL_PORT=wrong", "EMAIL_HOST=mail.example.com") // the demo does not look at the configuration
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, ended := &console{}, make(chan error, 1)
	go func() { ended <- commands.RunContext(ctx, s.program(out, "demo", "--http", "127.0.0.1:0")) }()
	waitFor(t, out, "Ctrl-C stops", ended)

	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(out.String())
	logins := regexp.MustCompile(`(?m)^  (admin|manager|staff|viewer) +(\S+) +(\S+)`).FindAllStringSubmatch(out.String(), -1)
	if len(logins) != 6 {
		t.Fatalf("%d logins in:\n%s", len(logins), out)
	}
	for _, login := range logins {
		token := signIn(t, address+"/api/collections/users/auth-with-password", login[2], login[3])
		if n := total(t, address+"/api/collections/events/records?perPage=1", token); n < 40 {
			t.Errorf("a %s sees %d events", login[1], n)
		}
	}
	dashboard := regexp.MustCompile(`dashboard: \S+ +(\S+) +(\S+)`).FindStringSubmatch(out.String())
	signIn(t, address+"/api/collections/_superusers/auth-with-password", dashboard[1], dashboard[2])

	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the demo does not end")
	}
	left, err := os.ReadDir(temporary)
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
	notMade(t, s.dir)
}

// waitFor waits until a command that runs has printed something. Filling takes its time under the race detector.
func waitFor(t *testing.T, out *console, want string, ended <-chan error) {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		select {
		case <-tick.C:
			if strings.Contains(out.String(), want) {
				return
			}
		case err := <-ended:
			t.Fatalf("the command ended (%v):\n%s", err, out)
		case <-deadline:
			t.Fatalf("%q was not printed:\n%s", want, out)
		}
	}
}

func TestDemoRefusesAPortThatIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	has(t, newShell(t).fails("demo", "--http", taken.Addr().String()), taken.Addr().String(), "choose another port")
}

func signIn(t *testing.T, address, email, password string) (token string) {
	t.Helper()
	response, err := http.PostForm(address, url.Values{"identity": {email}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body struct{ Token string }
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil || body.Token == "" {
		t.Fatalf("sign in as %s: %s (%v)", email, response.Status, err)
	}
	return body.Token
}

func total(t *testing.T, address, token string) int {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body struct{ TotalItems int }
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	return body.TotalItems
}
