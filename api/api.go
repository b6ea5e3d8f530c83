// Package api is what the server answers below /api/tminus/, one action per file.
package api

import (
	"net/http"
	"sync/atomic"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/router"

	"tminus/collections"
	"tminus/config"
	"tminus/notifiers"
	"tminus/outbox"
	"tminus/planner"
	"tminus/reminders"
	"tminus/wechat"
)

// API is what the actions need.
type API struct {
	Engine       *outbox.Engine
	Planner      *planner.Planner
	Templates    *reminders.Renderer
	Config       config.Config
	Now          func() time.Time
	Demo         bool // everyone reads the sandbox mailbox
	Company      func(app core.App) planner.Company
	PublicURL    func(app core.App) string
	Sandbox      func() *notifiers.Sandbox
	ChannelState func(name string) ChannelState
	// WeChat gives the official account; nil unless one is configured.
	WeChat func() *wechat.Client
	// Limit gives a middleware that answers 429 to who asks more often than the rate limits allow under a label.
	Limit func(label string) func(*core.RequestEvent) error
	// LimitRefusals is a middleware for routes that a secret or a signature opens: it answers 429 to who goes on forging.
	LimitRefusals func(*core.RequestEvent) error
	// FixedSettings names the environment variable that wins over a field of the settings.
	FixedSettings map[string]string

	setupToken atomic.Pointer[string] // nil: no set-up is offered
	background background
}

// StateSandbox is the state of a channel that keeps its messages; the others are the engine's.
const StateSandbox = "sandbox"

// ChannelState is what the screens show of a channel.
type ChannelState struct {
	Name     string    `json:"name"`
	State    string    `json:"state"`   // ready, sandbox, not_configured or paused
	Enabled  bool      `json:"enabled"` // whether reminders may use it
	Provider string    `json:"provider,omitempty"`
	Reason   string    `json:"reason,omitempty"` // why it is paused
	Hint     string    `json:"hint,omitempty"`   // how to mend it
	Since    time.Time `json:"since,omitzero"`   // of the pause, UTC
	// Binding lists the ways in which people can bind their account, of WeChat alone.
	Binding []string `json:"binding,omitempty"`
	// CallbackURL is to be entered at the provider. It may hold a secret: only administrators see it.
	CallbackURL string `json:"callback_url,omitempty"`
}

// The labels of rate limits among PocketBase's, each of one person; of one address where nobody is signed in.
const (
	LimitSend       = "tminus:send"       // send, retry and replan
	LimitPreview    = "tminus:preview"    // previews of any kind
	LimitTest       = "tminus:test"       // test messages
	LimitInvitation = "tminus:invitation" // invitations
	LimitBinding    = "tminus:binding"    // codes to bind WeChat by
	LimitSandbox    = "tminus:sandbox"    // looks into the sandbox
	LimitSetup      = "tminus:setup"      // tries to set the instance up
)

// Bind adds the routes.
func (a *API) Bind(r *router.Router[*core.RequestEvent]) {
	g := r.Group("/api/tminus")
	g.POST("/reminders/{id}/send", a.send).BindFunc(a.Limit(LimitSend))
	g.POST("/reminders/{id}/retry", a.retry).BindFunc(a.Limit(LimitSend))
	g.POST("/events/{id}/replan", a.replan).BindFunc(a.Limit(LimitSend))
	g.POST("/preview", a.preview).BindFunc(a.Limit(LimitPreview))
	g.POST("/preview/reminder", a.previewReminder).BindFunc(a.Limit(LimitPreview))
	g.POST("/preview/template", a.previewTemplate).BindFunc(a.Limit(LimitPreview))
	g.POST("/templates/test", a.testTemplate).BindFunc(a.Limit(LimitTest))
	g.GET("/company", a.readCompany)
	g.GET("/summary", a.readSummary)
	g.GET("/channels", a.channels)
	g.POST("/channels/{name}/test", a.testChannel).BindFunc(a.Limit(LimitTest))
	g.GET("/status", a.status)
	g.GET("/sandbox", a.readSandbox).BindFunc(a.Limit(LimitSandbox))
	g.POST("/setup", a.setup).BindFunc(a.Limit(LimitSetup))
	g.POST("/invitations", a.invite).BindFunc(a.Limit(LimitInvitation))
	a.bindCallbacks(g)
	a.bindWeChat(g)
	r.GET("/metrics", a.metrics).BindFunc(a.LimitRefusals).Bind(apis.SkipSuccessActivityLog())

	// PocketBase's fallback to the page would answer an unknown API path with 200.
	missing := func(e *core.RequestEvent) error { return e.NotFoundError("There is no such route.", nil) }
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		r.Route(method, "/api/{path...}", missing)
	}
}

// signedIn gives the caller; nil with a superuser, who may everything.
func signedIn(e *core.RequestEvent) (*collections.User, error) {
	switch {
	case e.Auth == nil:
		return nil, e.UnauthorizedError("Sign in first.", nil)
	case e.Auth.IsSuperuser():
		return nil, nil
	}
	return collections.Wrap[collections.User](e.Auth), nil
}

// allowed says whether the caller has one of the roles, or is a superuser.
func allowed(e *core.RequestEvent, roles ...string) (*collections.User, error) {
	user, err := signedIn(e)
	if err != nil || user == nil {
		return nil, err
	}
	for _, role := range roles {
		if user.Role() == role {
			return user, nil
		}
	}
	return nil, e.ForbiddenError("Your role does not allow this.", nil)
}

// mayChange answers for an event that the caller may not change.
func mayChange(e *core.RequestEvent, event *collections.Event) error {
	user, err := signedIn(e)
	if err != nil || user == nil {
		return err
	}
	if !event.MayChange(user) {
		return e.ForbiddenError("You can change only events that you created, are responsible for, or are assigned to.", nil)
	}
	return nil
}

// actor names the caller for the audit log.
func actor(e *core.RequestEvent) planner.Actor {
	by := planner.Actor{ID: e.Auth.Id, Name: e.Auth.Email(), IP: e.RealIP()}
	if !e.Auth.IsSuperuser() {
		by.Name = collections.Wrap[collections.User](e.Auth).Name()
	}
	return by
}

// audit tells the history of an action that no save of a record tells.
func (a *API) audit(tx core.App, by planner.Actor, r *collections.Reminder, changes map[string][2]any) error {
	return collections.WriteAudit(tx, collections.Audit{
		Actor: by.ID, ActorName: by.Name, IP: by.IP, Action: "update", Collection: collections.Reminders,
		Record: r.Id, Event: r.Event(), Changes: changes,
	}, a.Now())
}
