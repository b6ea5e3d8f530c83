package main

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"

	"tminus/apptest"
	"tminus/bench/drills"
	"tminus/collections"
)

// instance is a served app with much in its database.
type instance struct {
	*drills.Instance
	plain, secure string // addresses: HTTP/1.1, and HTTP/2 with TLS
	session       string // a manager's, as the browser keeps it
	close         func()
}

func open(dir string, s size) (*instance, error) {
	d, err := drills.Open(dir, nil, os.DirFS("pb_public"))
	if err != nil {
		return nil, err
	}
	i := &instance{Instance: d}
	if err := fill(d, s); err != nil {
		return nil, fmt.Errorf("fill the database: %w", err)
	}
	if i.session, err = manager(d); err != nil {
		return nil, err
	}
	handler, err := apptest.Handler(d.App)
	if err != nil {
		return nil, err
	}
	plain := httptest.NewServer(handler)
	secure := httptest.NewUnstartedServer(handler)
	secure.EnableHTTP2 = true
	secure.StartTLS()
	i.plain, i.secure = plain.URL, secure.URL
	i.close = func() {
		for _, server := range []*httptest.Server{plain, secure} {
			server.CloseClientConnections()
			server.Close()
		}
		_ = d.Close()
	}
	return i, nil
}

// manager makes one, and gives the session that signing in would have left in the browser.
func manager(d *drills.Instance) (string, error) {
	u, err := collections.NewUser(d.App)
	if err != nil {
		return "", err
	}
	u.SetName("Raymond Chan")
	u.SetEmail("raymond@example.test")
	u.SetRandomPassword()
	u.SetRole(collections.RoleManager)
	u.SetActive(true)
	u.SetLocale("en")
	if err := d.Save(u); err != nil {
		return "", err
	}
	token, err := u.NewAuthToken()
	if err != nil {
		return "", err
	}
	raw, err := json.Marshal(map[string]any{"token": token, "record": map[string]any{
		"id": u.Id, "collectionId": u.Collection().Id, "collectionName": "users", "name": u.Name(), "email": u.Email(),
		"role": u.Role(), "locale": "en", "timezone": "Asia/Hong_Kong", "active": true,
	}})
	return string(raw), err
}
