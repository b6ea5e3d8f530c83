package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/notifiers"
	"tminus/outbox"
	"tminus/wechat"
)

// weChatWithin is how long an event may be worked on: the platform waits 5 s for its answer.
const weChatWithin = 4 * time.Second

// weChatEcho answers GET callbacks/wechat, by which the platform's console checks the address when it is saved there.
func (a *API) weChatEcho(e *core.RequestEvent) error {
	if _, err := a.weChatAccount(e); err != nil {
		return err
	}
	q := e.Request.URL.Query()
	echo, err := wechat.VerifyURL(a.Config.WeChat.Token, q.Get("timestamp"), q.Get("nonce"), q.Get("echostr"), q.Get("signature"))
	if err != nil {
		return e.ForbiddenError("WeChat did not sign this.", nil)
	}
	return e.String(http.StatusOK, echo)
}

// weChatAccount gives the account that events are of; a 404 where none could be told from a forged one.
func (a *API) weChatAccount(e *core.RequestEvent) (*wechat.Client, error) {
	client := a.WeChat()
	if client == nil || a.Config.WeChat.Token == "" {
		return nil, e.NotFoundError("There is no such route.", nil)
	}
	return client, nil
}

// weChatCallback answers POST callbacks/wechat: the account's events, in plain or in safe mode. Forged or old: 403. The
// answer "success" says that the event was taken in; without it the platform posts the event twice more.
//
// https://developers.weixin.qq.com/doc/service/guide/dev/push/
func (a *API) weChatCallback(e *core.RequestEvent) error {
	client, err := a.weChatAccount(e)
	if err != nil {
		return err
	}
	text, err := client.Open(e.Request.URL.Query(), e.Request.Body)
	if err != nil {
		return a.notOpened(e, err)
	}
	event, err := wechat.Parse(text)
	if err != nil {
		return e.BadRequestError("The event cannot be read.", nil)
	}
	done := make(chan error, 1)
	app := e.App
	if !a.background.begin(func(context.Context) { done <- a.hear(app, event) }) {
		return busy(e, errors.New("the server ends"))
	}
	select {
	case err = <-done:
	case <-time.After(weChatWithin):
		err = errors.New("the database is busy") // the work goes on, and its repetition will find it done
	}
	if err != nil {
		return busy(e, err)
	}
	return e.String(http.StatusOK, "success")
}

func (a *API) notOpened(e *core.RequestEvent, err error) error {
	switch {
	case errors.Is(err, wechat.ErrTooLarge):
		return e.Error(http.StatusRequestEntityTooLarge, "The event is too large.", nil)
	case errors.Is(err, wechat.ErrMalformed):
		return e.BadRequestError("The event cannot be read.", nil)
	case errors.Is(err, wechat.ErrMode), errors.Is(err, wechat.ErrKey), errors.Is(err, wechat.ErrAppID):
		// WeChat signed it, so that somebody has to mend the settings.
		e.App.Logger().Warn("an event of WeChat cannot be opened", "error", err)
	}
	return e.ForbiddenError("WeChat did not sign this, or not now.", nil)
}

// hear takes one event in. It may be called again with the same event at any time.
func (a *API) hear(app core.App, event wechat.Event) error {
	err := app.RunInTransaction(func(tx core.App) error {
		first, err := collections.FirstCallback(tx, "wechat/"+event.Key(), a.Now())
		if err != nil || !first {
			return err
		}
		return a.noteEvent(tx, event)
	})
	if err != nil {
		return err
	}
	// Receipts are taken in also when the event was heard before: the process may have died in between.
	var unknown []outbox.Report
	for _, report := range weChatReports(event) {
		known, err := a.Engine.Receive(report)
		if err != nil {
			return err
		}
		if known == 0 {
			unknown = append(unknown, report)
		}
	}
	if len(unknown) > 0 {
		a.tryAgain(unknown...)
	}
	return nil
}

// noteEvent writes what an event says of its sender.
func (a *API) noteEvent(tx core.App, event wechat.Event) error {
	if !wechat.ValidOpenID(event.FromUser) {
		return nil
	}
	switch event.Event {
	case wechat.EventUnsubscribe:
		if err := collections.NoteWeChatStatus(tx, event.FromUser, collections.WeChatUnfollowed, event.CreateTime); err != nil {
			return err
		}
		return collections.EndScannedWeChatBindings(tx, event.FromUser)
	case wechat.EventSubscriptionPopup, wechat.EventSubscriptionChanged, wechat.EventSubscriptionSent:
		return a.noteConsents(tx, event) // which people give who follow nobody, too
	case wechat.EventTemplateSent:
		if !strings.HasPrefix(event.Status, "success") {
			return nil
		}
	}
	if err := collections.NoteWeChatStatus(tx, event.FromUser, collections.WeChatFollowing, event.CreateTime); err != nil {
		return err
	}
	if scene, ok := event.Scene(); ok {
		return a.noteScan(tx, scene, event)
	}
	return nil
}

// noteConsents keeps count of the notifications to which somebody has agreed. One is used up when the platform says that
// it was sent, not when it is handed over: the event comes exactly once for each, and an attempt may not.
func (a *API) noteConsents(tx core.App, event wechat.Event) error {
	for _, entry := range event.List {
		change := collections.EndWeChatConsent
		switch {
		case entry.TemplateID == "" || len(entry.TemplateID) > 128:
			continue
		case event.Event == wechat.EventSubscriptionSent && entry.ErrorCode == 0:
			change = collections.UseWeChatConsent
		case event.Event == wechat.EventSubscriptionSent && entry.ErrorCode != wechat.CodeNoConsent:
			continue
		case event.Event == wechat.EventSubscriptionPopup && entry.Status == wechat.SubscriptionAccepted:
			change = collections.AddWeChatConsent
		case event.Event == wechat.EventSubscriptionChanged && entry.Status == wechat.SubscriptionAccepted:
			continue // switched on again, which allows nothing yet
		}
		if err := change(tx, event.FromUser, entry.TemplateID, a.Now()); err != nil {
			return err
		}
	}
	return nil
}

// weChatReports gives what an event says of messages.
func weChatReports(event wechat.Event) []outbox.Report {
	var reports []outbox.Report
	for _, f := range notifiers.WeChatFindings(event) {
		id := f.ProviderID
		if id == "0" { // some events say so where the message had an id of ours
			id, f.ProviderID = "", ""
		}
		reports = append(reports, outbox.Report{Channel: notifiers.WeChat, ProviderID: id, Address: event.FromUser, Finding: f})
	}
	return reports
}
