package hooks_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"tminus/apptest"
)

const (
	signInPath = "/api/collections/users/auth-with-password"
	codePath   = "/api/collections/users/auth-with-otp"
)

func password(role, word string) map[string]any {
	return map[string]any{"identity": role + "@example.test", "password": word}
}

func TestLimits_APasswordGuesserIsSlowedDownAndTheOfficeBesideIsNot(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Limit(nil)
	ask := from(t, s)
	const office = "203.0.113.7"
	for range 30 { // nine o'clock
		if answer := ask(office, "POST", signInPath, password("manager", apptest.Password), ""); answer.Status != http.StatusOK {
			t.Fatalf("%d %s", answer.Status, answer.Body)
		}
	}
	for i := range 10 {
		if answer := ask(office, "POST", signInPath, password("staff", "wrong"), ""); answer.Status != http.StatusBadRequest {
			t.Fatalf("guess %d: %d %s", i, answer.Status, answer.Body)
		}
	}
	wantWait(t, "the eleventh guess", ask(office, "POST", signInPath, password("staff", "wrong"), ""), time.Minute)
	wantWait(t, "the right one after it", ask(office, "POST", signInPath, password("staff", apptest.Password), ""), time.Minute)
	if answer := ask(office, "POST", signInPath, password("manager", apptest.Password), ""); answer.Status != http.StatusOK {
		t.Errorf("a colleague: %d %s", answer.Status, answer.Body)
	}
	if answer := ask("198.51.100.1", "POST", signInPath, password("staff", apptest.Password), ""); answer.Status != http.StatusOK {
		t.Errorf("the owner elsewhere: %d %s", answer.Status, answer.Body)
	}
	s.Clock.Advance(time.Minute)
	if answer := ask(office, "POST", signInPath, password("staff", apptest.Password), ""); answer.Status != http.StatusOK {
		t.Errorf("a minute later: %d %s", answer.Status, answer.Body)
	}
}

func TestLimits_GuessersInManyPlacesDoNotShutTheOwnerOut(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Limit(map[string]int{"tminus:guesses": 20})
	ask := from(t, s)
	if answer := ask("203.0.113.7", "POST", signInPath, password("staff", apptest.Password), ""); answer.Status != http.StatusOK {
		t.Fatalf("%d %s", answer.Status, answer.Body)
	}
	for i := range 20 {
		if answer := ask(fmt.Sprint("198.51.100.", i), "POST", signInPath, password("staff", "wrong"), ""); answer.Status != http.StatusBadRequest {
			t.Fatalf("guess %d: %d %s", i, answer.Status, answer.Body)
		}
	}
	wantWait(t, "one more place", ask("198.51.100.99", "POST", signInPath, password("staff", "wrong"), ""), time.Minute)
	if answer := ask("203.0.113.7", "POST", signInPath, password("staff", apptest.Password), ""); answer.Status != http.StatusOK {
		t.Errorf("the owner where they always are: %d %s", answer.Status, answer.Body)
	}
	if answer := ask("198.51.100.99", "POST", signInPath, password("manager", apptest.Password), ""); answer.Status != http.StatusOK {
		t.Errorf("another account: %d %s", answer.Status, answer.Body)
	}
}

func TestLimits_ManyGuessesAtOnceAreNoMoreThanOneByOne(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Limit(nil)
	statuses := make([]int, 60)
	var guesses sync.WaitGroup
	for i := range statuses {
		guesses.Go(func() { statuses[i] = s.Do("", "POST", signInPath, password("staff", "wrong")).Status })
	}
	guesses.Wait()
	looked := 0
	for _, status := range statuses {
		if status == http.StatusBadRequest {
			looked++
		}
	}
	if looked != 10 {
		t.Errorf("%d guesses were looked at", looked)
	}
}

func TestLimits_OneMailedCodeIsTriedTenTimesWhereverFrom(t *testing.T) {
	t.Parallel()
	s := apptest.New(t).Serve()
	s.Limit(nil)
	ask := from(t, s)
	asked := ask("203.0.113.7", "POST", "/api/collections/users/request-otp", map[string]any{"email": "staff@example.test"}, "")
	try := map[string]any{"otpId": asked.JSON(t)["otpId"], "password": "00000000"}
	for i := range 10 {
		if answer := ask(fmt.Sprint("198.51.100.", i), "POST", codePath, try, ""); answer.Status != http.StatusBadRequest {
			t.Fatalf("try %d: %d %s", i, answer.Status, answer.Body)
		}
	}
	wantWait(t, "the eleventh", ask("198.51.100.99", "POST", codePath, try, ""), time.Minute)
}
