package api

import (
	"fmt"
	"net/http"
	"net/mail"
	"slices"
	"time"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
	"tminus/planner"
	"tminus/reports"
	"tminus/wechat"
)

// channels answers GET channels: the state of each, for everyone signed in, and whether this is the demo, in which
// everyone reads the sandbox mailbox. Administrators also see what is to be entered at the providers.
func (a *API) channels(e *core.RequestEvent) error {
	user, err := signedIn(e)
	if err != nil {
		return err
	}
	states := make([]ChannelState, len(notifiers.Channels))
	for i, name := range notifiers.Channels {
		states[i] = a.ChannelState(name)
		if name == notifiers.WeChat {
			states[i].Binding = a.WeChatWays(e.App)
		}
		if user != nil && user.Role() != collections.RoleAdmin {
			continue
		}
		if states[i].CallbackURL, err = a.callbackURL(e.App, name); err != nil {
			return fmt.Errorf("give the callback of %s: %w", name, err)
		}
	}
	return e.JSON(http.StatusOK, map[string]any{"channels": states, "demo": a.Demo})
}

// callbackURL gives what is to be entered at a channel's provider; "" where nothing is.
func (a *API) callbackURL(app core.App, channel string) (string, error) {
	switch {
	case a.Demo:
		return "", nil
	case channel == notifiers.SMS:
		return a.AliyunCallbackURL(app, true)
	case channel == notifiers.WeChat:
		return a.WeChatCallbackURL(app), nil
	}
	return "", nil
}

// testChannel answers POST channels/{name}/test {"address": "…"}: an administrator's test message goes through the
// outbox like any other. 202 with the delivery's id. Without an address it goes to the caller's own.
func (a *API) testChannel(e *core.RequestEvent) error {
	user, err := allowed(e, collections.RoleAdmin)
	if err != nil {
		return err
	}
	channel := e.Request.PathValue("name")
	if !slices.Contains(notifiers.Channels, channel) {
		return e.NotFoundError("There is no such channel.", nil)
	}
	if a.Engine.Status(channel).State == outbox.StateNotConfigured {
		return e.BadRequestError("This channel is not configured. Set it up in the server's environment first.", nil)
	}
	var body struct {
		Address string `json:"address"`
	}
	if err := e.BindBody(&body); err != nil {
		return e.BadRequestError("The request cannot be read.", err)
	}
	to := notifiers.Recipient{Address: body.Address}
	locale := a.Company(e.App).Locale
	if user != nil {
		locale = user.Locale()
		to.Name = user.Name()
		if to.Address == "" {
			to.Address = ownAddress(user, channel)
		}
	}
	if to.Address, err = testAddress(channel, to.Address); err != nil {
		return e.BadRequestError("Give an address that this channel can reach.", err)
	}
	m := reports.TestMessage(a.Company(e.App), locale, channel, actor(e).Name, to, a.Now())
	m.Channel = channel
	if err := a.Planner.Weigh(e.App, &m); err != nil {
		return fmt.Errorf("count a test message: %w", err)
	}
	d, err := reports.Queue(e.App, reports.Outgoing{
		Key: "test/" + core.GenerateDefaultRandomId(), Kind: collections.KindTest, Channel: channel, Message: m,
	}, a.Now())
	if err != nil {
		return err
	}
	a.Engine.Wake()
	return e.JSON(http.StatusAccepted, map[string]string{"delivery": d.ID})
}

// testAddress gives the address as its channel takes it, or the error of the field.
func testAddress(channel, typed string) (string, error) {
	if typed == "" {
		return "", validation.Errors{"address": validation.NewError("validation_required", noAddress[channel])}
	}
	address, ok := typed, false
	switch channel {
	case notifiers.Email:
		parsed, err := mail.ParseAddress(typed)
		ok = err == nil && parsed.Address == typed
	case notifiers.SMS:
		if address, ok = collections.E164(typed); ok && planner.AddressObstacle(channel, address) != "" {
			ok = false
		}
	case notifiers.WeChat:
		ok = wechat.ValidOpenID(typed)
	}
	if !ok {
		return "", validation.Errors{"address": validation.NewError("validation_address", badAddress[channel])}
	}
	return address, nil
}

// What to do about a test that has no address, or a wrong one.
var (
	noAddress = map[string]string{
		notifiers.Email:  "Give an email address: your own record has none.",
		notifiers.SMS:    "Give a phone number, or enter your own in your profile.",
		notifiers.WeChat: "Bind your WeChat in your profile, or give the openid of a follower of the account.",
	}
	badAddress = map[string]string{
		notifiers.Email:  "This is not an email address. Write one alone, such as you@example.com.",
		notifiers.SMS:    "This is no number that gets SMS. Write a mobile number like 9123 4567, 138 0013 8000 or +44 7700 900123.",
		notifiers.WeChat: "This is not an openid. Copy it from the account's followers; it has letters, digits, - and _ alone.",
	}
)

func ownAddress(user *collections.User, channel string) string {
	switch channel {
	case notifiers.SMS:
		return user.Phone()
	case notifiers.WeChat:
		return user.WeChatOpenID()
	default:
		return user.Email()
	}
}

// channelStatus is how much waits on a channel.
type channelStatus struct {
	ChannelState
	Waiting    int     `json:"waiting"`     // messages queued, due or not
	Due        int     `json:"due"`         // those whose time has come
	LagSeconds float64 `json:"lag_seconds"` // of the oldest that should have left
	InFlight   int     `json:"in_flight"`
	Sent       uint64  `json:"sent"`   // attempts that succeeded since the start
	Failed     uint64  `json:"failed"` // attempts that did not
	// LastError is of the newest message that failed, or failed so far; absent if there is none.
	LastError *lastError `json:"last_error,omitempty"`
}

// lastError is why a message failed.
type lastError struct {
	Delivery string    `json:"delivery"`
	Error    string    `json:"error"`
	Class    string    `json:"class"` // transient, permanent, configuration or unknown
	At       time.Time `json:"at"`    // UTC
}

// status answers GET status: queue depth, lag, last runs, and what SMS cost, for managers.
func (a *API) status(e *core.RequestEvent) error {
	if _, err := allowed(e, collections.RoleAdmin, collections.RoleManager); err != nil {
		return err
	}
	states, err := a.statuses(e.App)
	if err != nil {
		return err
	}
	for i := range states {
		if states[i].LastError, err = newestError(e.App, states[i].Name); err != nil {
			return err
		}
	}
	runs, err := collections.Runs(e.App)
	if err != nil {
		return err
	}
	next, _, err := collections.NextDueReminder(e.App, nil)
	if err != nil {
		return err
	}
	sms, err := a.smsStatus(e.App)
	if err != nil {
		return fmt.Errorf("sum up the SMS: %w", err)
	}
	return e.JSON(http.StatusOK, map[string]any{
		"now": a.Now().UTC(), "channels": states, "jobs": runs, "next_reminder": optional(next), "sms": sms,
	})
}

func (a *API) statuses(app core.App) ([]channelStatus, error) {
	states := make([]channelStatus, len(notifiers.Channels))
	for i, name := range notifiers.Channels {
		waiting, due, oldest, err := collections.QueueDepth(app, name, a.Now())
		if err != nil {
			return nil, err
		}
		engine := a.Engine.Status(name)
		states[i] = channelStatus{
			ChannelState: a.ChannelState(name), Waiting: waiting, Due: due, InFlight: engine.InFlight, Sent: engine.Sent, Failed: engine.Failed,
		}
		if !oldest.IsZero() {
			states[i].LagSeconds = max(0, a.Now().Sub(oldest).Seconds())
		}
	}
	return states, nil
}

func newestError(app core.App, channel string) (*lastError, error) {
	d, found, err := collections.LastFailure(app, channel)
	if err != nil || !found {
		return nil, err
	}
	return &lastError{Delivery: d.ID, Error: d.Error, Class: d.ErrorClass, At: d.Updated.Time().UTC()}, nil
}

func optional(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
