package hooks

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"

	"tminus/limits"
)

// bindGuesses slows down who guesses passwords and codes. PocketBase counts sign-ins by address alone: it lets a thousand
// addresses guess at one account, and would shut out an office for one colleague.
func (s *System) bindGuesses() {
	s.App.OnRecordAuthWithPasswordRequest().BindFunc(s.limitPasswords)
	s.App.OnRecordAuthRequest().BindFunc(func(e *core.RecordAuthRequestEvent) error {
		err := e.Next()
		if err == nil {
			s.counters.origins.add(e.Record.Id+" "+client(e.RequestEvent), s.Options.Now())
		}
		return err
	})
	s.App.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Router.Bind(s.limitCodes())
		return e.Next()
	})
}

// limitPasswords counts wrong passwords: for the account from this address, and for the account from everywhere it was
// not signed in from lately. So its owner, at a usual place, is shut out by nobody elsewhere; at a new place a mailed code
// lets them in. An account that does not exist is counted by what was typed, so that the answers are the same.
func (s *System) limitPasswords(e *core.RecordAuthWithPasswordRequestEvent) error {
	account := e.Collection.Id + " " + strings.ToLower(strings.TrimSpace(e.Identity))
	if e.Record != nil {
		account = e.Record.Id
	}
	origin, now := account+" "+client(e.RequestEvent), s.Options.Now()
	var tries []try
	if rate, on := s.rate(e.RequestEvent, limitFailures); on {
		tries = append(tries, try{s.counters.failures, origin, rate})
	}
	if rate, on := s.rate(e.RequestEvent, limitGuesses); on && !s.counters.origins.has(origin, now) {
		tries = append(tries, try{s.counters.accounts, account, rate})
	}
	// Counted before it is known to be wrong, so that many at once cannot slip through.
	for i, t := range tries {
		if wait := t.Take(t.key, 1, t.rate, now); wait > 0 {
			giveBack(tries[:i], now)
			return tooMany(e.RequestEvent, wait)
		}
	}
	err := e.Next()
	var refusal *router.ApiError
	if !errors.As(err, &refusal) || refusal.Status != http.StatusBadRequest {
		giveBack(tries, now)
	}
	return err
}

// try is a password's, as one limiter counts it.
type try struct {
	*limits.Limiter
	key  string
	rate limits.Rate
}

func giveBack(tries []try, now time.Time) {
	for _, t := range tries {
		t.Give(t.key, t.rate, now)
	}
}

// limitCodes bounds the tries of one mailed code. PocketBase bounds those from one address, and the number of codes that
// an account has at a time.
func (s *System) limitCodes() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id: "tminusLimitCodes", Priority: apis.DefaultBodyLimitMiddlewarePriority + 10,
		Func: func(e *core.RequestEvent) error {
			if e.Request.Method != http.MethodPost || !strings.HasSuffix(e.Request.URL.Path, "/auth-with-otp") {
				return e.Next()
			}
			var body struct {
				Code string `json:"otpId" form:"otpId"`
			}
			rate, on := s.rate(e, limitCode)
			if err := e.BindBody(&body); err != nil || body.Code == "" || len(body.Code) > 255 || !on {
				return e.Next() // PocketBase refuses what cannot be read
			}
			if wait := s.counters.failures.Take(limitCode+" "+body.Code, 1, rate, s.Options.Now()); wait > 0 {
				return tooMany(e, wait)
			}
			return e.Next()
		},
	}
}

// originsKept is how long an address stays known to be an account's, and originsMax how many there are.
const (
	originsKept = 30 * 24 * time.Hour
	originsMax  = 20_000
)

// origins remembers from where accounts were signed in, until the server stops.
type origins struct {
	mu   sync.Mutex
	seen map[string]time.Time
}

func (o *origins) add(origin string, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen == nil || len(o.seen) >= originsMax { // fewer people have one; they are known again at the next sign-in
		o.seen = map[string]time.Time{}
	}
	o.seen[origin] = now
}

func (o *origins) has(origin string, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, found := o.seen[origin]
	return found && now.Sub(at) < originsKept
}
