package hooks

import (
	"errors"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"
	"github.com/pocketbase/pocketbase/tools/router"

	"tminus/collections"
	"tminus/limits"
)

// The labels of our rules among PocketBase's rate limits, which an administrator changes in the dashboard; one that is
// deleted limits nothing. PocketBase counts its own rules by network address; these count by person, and by address where
// nobody is signed in. A rule allows its requests at once and gives them back evenly over its seconds. The routes of
// package api name further ones (api.LimitSend …).
const (
	limitFailures  = "tminus:failures"  // wrong passwords for one account from one address
	limitGuesses   = "tminus:guesses"   // wrong passwords for one account, from addresses it was never signed in from
	limitCode      = "tminus:code"      // tries of one mailed code, wherever they come from
	limitRefused   = "tminus:refused"   // forged callbacks, links and tokens from one address
	limitStreams   = "tminus:streams"   // open connections for changes from one address, at any time
	limitRequests  = "tminus:requests"  // anything by one person
	limitBatch     = "tminus:batch"     // batches by one person
	limitEvents    = "tminus:events"    // events that one person creates
	limitReminders = "tminus:reminders" // reminders that one person creates
)

// How many keys the limiters hold: some megabytes, whatever comes.
const (
	countedPeople   = 20_000
	countedAccounts = 50_000
	countedClients  = 50_000
)

type counters struct {
	people, clients, failures, accounts *limits.Limiter
	origins                             origins
	streams                             streams
}

func newCounters() counters {
	return counters{
		people: limits.New(countedPeople), clients: limits.New(countedClients),
		failures: limits.New(countedAccounts), accounts: limits.New(countedAccounts),
	}
}

// bindLimits bounds how often people and machines may do what costs something, or guess.
func (s *System) bindLimits() {
	s.API.Limit, s.API.LimitRefusals = s.limitRoute, s.limitRefusals
	s.bindGuesses()
	s.bindStreams()
	for collection, label := range creations {
		s.App.OnRecordCreateRequest(collection).BindFunc(func(e *core.RecordRequestEvent) error {
			info, err := e.RequestInfo()
			if err != nil {
				return err
			}
			if info.Context == core.RequestInfoContextBatch {
				return e.Next() // a batch was counted as a whole
			}
			if err := s.limit(e.RequestEvent, label, 1); err != nil {
				return err
			}
			return e.Next()
		})
	}
	s.App.OnBatchRequest().BindFunc(s.limitBatch)
	s.App.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Router.Bind(endLeftovers(), s.tellWhen(), s.limitPeople(), s.limitBodies(), s.noticeProxies())
		return e.Next()
	})
}

// creations are the records that make messages.
var creations = map[string]string{collections.Events: limitEvents, collections.Reminders: limitReminders}

// rate gives what the settings allow under a label; false where nothing is limited, or this caller is not.
func (s *System) rate(e *core.RequestEvent, label string) (limits.Rate, bool) {
	rules := e.App.Settings().RateLimits
	if !rules.Enabled || excluded(rules.ExcludedIPs, e.RealIP()) {
		return limits.Rate{}, false
	}
	rule, found := rules.FindRateLimitRule([]string{label})
	return limits.Rate{Max: rule.MaxRequests, Per: rule.DurationTime()}, found
}

// excluded says whether an address is among those that the settings let do as they please.
func excluded(list []string, ip string) bool {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	for _, item := range list {
		if subnet, err := netip.ParsePrefix(item); err == nil && subnet.Contains(address) {
			return true
		}
		if one, err := netip.ParseAddr(item); err == nil && one == address {
			return true
		}
	}
	return false
}

// limit counts n requests of whoever makes this one, and gives a 429 when they are too many. Superusers are not counted:
// PocketBase does not either, and they could switch the limits off.
func (s *System) limit(e *core.RequestEvent, label string, n int) error {
	if e.HasSuperuserAuth() {
		return nil
	}
	rate, on := s.rate(e, label)
	if !on {
		return nil
	}
	counted, key := s.counters.clients, label+" "+client(e)
	if e.Auth != nil {
		counted, key = s.counters.people, label+" "+e.Auth.Id
	}
	return tooMany(e, counted.Take(key, n, rate, s.Options.Now()))
}

// client names the machine or the network that a request comes from: of IPv6 the network, since each customer of a
// provider has 2⁶⁴ addresses in one (RFC 6177).
func client(e *core.RequestEvent) string {
	address, err := netip.ParseAddr(e.RealIP())
	if err != nil {
		return e.RealIP()
	}
	if address = address.Unmap().WithZone(""); address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			return network.String()
		}
	}
	return address.String()
}

// tooMany gives the answer to whoever must wait; nil where wait is 0.
func tooMany(e *core.RequestEvent, wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	seconds := int(math.Ceil(wait.Seconds()))
	e.Response.Header().Set("Retry-After", strconv.Itoa(seconds))
	text := "Try again in " + strconv.Itoa(seconds) + " seconds."
	if seconds == 1 {
		text = "Try again in a second."
	}
	return e.TooManyRequestsError("Too many requests. "+text, validation.Errors{
		"retry_after": validation.NewError("validation_too_many", text).SetParams(map[string]any{"seconds": seconds}),
	})
}

// limitRoute is what a route of package api is bound with.
func (s *System) limitRoute(label string) func(*core.RequestEvent) error {
	return func(e *core.RequestEvent) error {
		if err := s.limit(e, label, 1); err != nil {
			return err
		}
		return e.Next()
	}
}

// limitRefusals counts what a route refuses, for those whom a secret or a signature lets in. Nothing is refused before
// the route has looked, so that a forger cannot keep a provider's receipts out, not even behind a proxy that makes all
// addresses one. Past the limit a refusal is a 429 and is not logged: the log is a database.
func (s *System) limitRefusals(e *core.RequestEvent) error {
	err := e.Next()
	var refusal *router.ApiError
	if !errors.As(err, &refusal) || refusal.Status < 400 || refusal.Status >= 500 || e.HasSuperuserAuth() {
		return err
	}
	rate, on := s.rate(e, limitRefused)
	if !on {
		return err
	}
	over := tooMany(e, s.counters.clients.Take(limitRefused+" "+client(e), 1, rate, s.Options.Now()))
	if over == nil {
		return err
	}
	return e.JSON(http.StatusTooManyRequests, over) // a success to the log, which these routes leave out
}

// limitPeople bounds what one person asks of the API at all.
func (s *System) limitPeople() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id: "tminusLimitPeople", Priority: apis.DefaultRateLimitMiddlewarePriority + 1,
		Func: func(e *core.RequestEvent) error {
			if e.Auth != nil && strings.HasPrefix(e.Request.URL.Path, "/api/") {
				if err := s.limit(e, limitRequests, 1); err != nil {
					return err
				}
			}
			return e.Next()
		},
	}
}

// limitBatch counts what a batch would create before it takes the database.
func (s *System) limitBatch(e *core.BatchRequestEvent) error {
	if err := s.limit(e.RequestEvent, limitBatch, 1); err != nil {
		return err
	}
	wanted := map[string]int{}
	for _, entry := range e.Batch {
		name, found := strings.CutPrefix(entry.URL, "/api/collections/")
		if name, _, _ = strings.Cut(name, "/"); !found || entry.Method != http.MethodPost && entry.Method != http.MethodPut {
			continue
		}
		if c, err := e.App.FindCachedCollectionByNameOrId(name); err == nil && creations[c.Name] != "" {
			wanted[creations[c.Name]]++
		}
	}
	for label, n := range wanted {
		if err := s.limit(e.RequestEvent, label, n); err != nil {
			return err
		}
	}
	return e.Next()
}

// tellWhen completes the 429 of PocketBase's own limits, whose windows are fixed: after a rule's seconds at the latest
// there is a new one.
func (s *System) tellWhen() *hook.Handler[*core.RequestEvent] {
	return &hook.Handler[*core.RequestEvent]{
		Id: "tminusTellWhen", Priority: apis.DefaultRateLimitMiddlewarePriority - 1,
		Func: func(e *core.RequestEvent) error {
			err := e.Next()
			var refusal *router.ApiError
			if !errors.As(err, &refusal) || refusal.Status != http.StatusTooManyRequests || e.Response.Header().Get("Retry-After") != "" {
				return err
			}
			if cause, ok := refusal.RawData().(error); ok && strings.HasPrefix(cause.Error(), "triggered rate limit rule") {
				return tooMany(e, s.window(cause.Error()))
			}
			if strings.HasSuffix(e.Request.URL.Path, "/auth-with-otp") {
				e.Response.Header().Set("Retry-After", otpWindow)
			}
			return err
		},
	}
}

const otpWindow = "180" // seconds, of PocketBase's apis/record_auth_with_otp.go: it stands in no settings

// window gives the seconds of the rule that PocketBase quotes; a minute if it cannot be read.
func (s *System) window(cause string) time.Duration {
	for _, rule := range s.App.Settings().RateLimits.Rules {
		if strings.HasSuffix(cause, rule.String()) {
			return rule.DurationTime()
		}
	}
	return time.Minute
}
