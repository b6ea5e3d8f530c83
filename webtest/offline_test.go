package webtest

import (
	"net/http"
	"testing"

	"tminus/apptest"
	"tminus/collections"
)

// putBy is true once the service worker holds the app's files. It asks in the background: the driver waits for no promise.
const putBy = `(caches.match('/', { cacheName: 'tminus-app' }).then((found) => { window.isPutBy = Boolean(found); }), window.isPutBy)`

func TestWeb_TheAppOpensAndReadsOffline(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).With(func(e *collections.Event) { e.SetTitle("Pump check") }).Save()
		p := signIn(t, s, open, "staff", "/events")
		p.See("Pump check")
		p.Wait("the app's files put by", putBy)

		p.LosesServer()
		s.Away(true)
		p.Reload()
		p.See("Pump check", "The server is out of reach.")
		p.Picture("offline")
		s.Away(false)
		wantOK(t, "move it", s.Do("manager", http.MethodPatch, "/api/collections/events/records/"+e.Id, map[string]any{"title": "Pump check, moved"}))
		p.See("Pump check, moved")
		p.Gone("The server is out of reach.")
	})
}

func TestWeb_WhatWasMissedIsReadWhenTheConnectionIsFoundAgain(t *testing.T) {
	onEveryScreen(t, func(t *testing.T, open opener) {
		s := apptest.New(t, production(t)...).Serve()
		e := s.Event(inDays(10)).With(func(e *collections.Event) { e.SetTitle("Pump check") }).Save()
		p := signIn(t, s, open, "staff", "/events")
		p.See("Pump check")
		p.Wait("the live connection", `document.querySelector('.connection.tone-good')`)
		loaded := p.Documents()

		p.LosesServer()
		s.Away(true)
		p.Wait("the loss told", `document.querySelector('.connection.tone-warn')`)
		e.SetTitle("Pump check, moved")
		s.MustSave(e)
		s.Away(false)
		p.See("Pump check, moved")
		p.Wait("the live connection again", `document.querySelector('.connection.tone-good')`)
		if p.Documents() != loaded {
			t.Error("it took a reload")
		}
	})
}
