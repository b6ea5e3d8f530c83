package commands

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestProfilesAreServedOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"0.0.0.0:6060", ":6060", "[::]:6060", "192.168.1.5:6060", "example.com:6060", "localhost.example.com:6060", "[::ffff:10.0.0.1]:6060",
	} {
		at, stop, err := startProfiler(address)
		if err == nil {
			stop()
			t.Errorf("%s: profiles are served at %s", address, at)
			continue
		}
		for _, want := range []string{"--pprof " + address, "ssh -L 6060:127.0.0.1:6060", "--pprof 127.0.0.1:6060"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is missing in %q", address, want, err)
			}
		}
	}
	for _, address := range []string{"6060", "127.0.0.1", "a:b:c"} {
		if _, _, err := startProfiler(address); err == nil || !strings.Contains(err.Error(), "no address with a port, such as 127.0.0.1:6060") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestProfilesAreServedUntilTheServerStopsAndByNoOtherName(t *testing.T) {
	t.Parallel()
	at, stop, err := startProfiler("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ask := func(host string) (status int, body string) {
		r, err := http.NewRequest(http.MethodGet, "http://"+at.String()+"/debug/pprof/goroutine?debug=1", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, err.Error()
		}
		defer answer.Body.Close()
		raw, _ := io.ReadAll(answer.Body)
		return answer.StatusCode, string(raw)
	}
	for _, host := range []string{at.String(), "localhost", "localhost:6060"} {
		if status, body := ask(host); status != http.StatusOK || !strings.Contains(body, "goroutine profile:") {
			t.Errorf("%s: %d %s", host, status, body)
		}
	}
	for _, host := range []string{"evil.example", "evil.example:6060"} {
		if status, body := ask(host); status != http.StatusForbidden || strings.Contains(body, "goroutine") {
			t.Errorf("%s: %d %s", host, status, body)
		}
	}
	stop()
	http.DefaultClient.CloseIdleConnections()
	if status, _ := ask(at.String()); status != 0 {
		t.Errorf("stopped, it answers %d", status)
	}
}
