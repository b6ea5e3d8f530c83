package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// visitor is who looks at an instance.
type visitor struct {
	url      string
	session  string // {"token", "record"}, as the PocketBase SDK's LocalAuthStore keeps it
	token    string
	role     string
	examples map[string]string // of what stands for ":id", by the segment before it
}

var client = &http.Client{Timeout: 30 * time.Second}

// signIn signs EMAIL:PASSWORD in.
func signIn(ctx context.Context, address, login string) (*visitor, error) {
	email, password, ok := strings.Cut(login, ":")
	if !ok {
		return nil, errors.New("an instance at -url needs -login EMAIL:PASSWORD")
	}
	body, err := json.Marshal(map[string]string{"identity": email, "password": password})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/api/collections/users/auth-with-password", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	var answer struct {
		Token  string          `json:"token"`
		Record json.RawMessage `json:"record"`
	}
	if err := do(request, &answer); err != nil {
		return nil, fmt.Errorf("sign %s in: %w", email, err)
	}
	session, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var person struct{ Role string }
	if err := json.Unmarshal(answer.Record, &person); err != nil {
		return nil, err
	}
	return &visitor{url: address, session: string(session), token: answer.Token, role: person.Role, examples: map[string]string{}}, nil
}

// get reads JSON from an address of the instance.
func (v *visitor) get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.url+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", v.token)
	return do(request, into)
}

func do(request *http.Request, into any) error {
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", request.URL.Path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// first gives a field of the first record that fits a filter ("" is any).
func (v *visitor) first(ctx context.Context, collection, field, filter, sort string) (string, error) {
	query := url.Values{"perPage": {"1"}, "skipTotal": {"1"}, "filter": {filter}, "sort": {sort}}
	var list struct{ Items []map[string]any }
	if err := v.get(ctx, "/api/collections/"+collection+"/records?"+query.Encode(), &list); err != nil {
		return "", err
	}
	if len(list.Items) == 0 {
		return "", fmt.Errorf("there is nothing in %s to show", collection)
	}
	value, _ := list.Items[0][field].(string)
	if value == "" {
		return "", fmt.Errorf("the first of %s has no %s", collection, field)
	}
	return value, nil
}

// example gives what may stand for :field behind a segment: of the next open event that has reminders, if it is about
// an event, and of any record otherwise.
func (v *visitor) example(ctx context.Context, segment, field string) (string, error) {
	key := segment + "/" + field
	if known := v.examples[key]; known != "" {
		return known, nil
	}
	collection, filter, sort := segment, "", ""
	switch segment {
	case "events":
		filter = `(status = "planned" || status = "confirmed") && planned_start_date > @now && reminders_via_event.id ?!= ""`
		sort = "planned_start_date,id"
	case "reminders":
		event, err := v.example(ctx, "events", "id")
		if err != nil {
			return "", err
		}
		filter, sort = `event = "`+event+`"`, "send_datetime,id"
	case "plans", "templates":
		collection = "reminder_" + segment
	}
	value, err := v.first(ctx, collection, field, filter, sort)
	if err != nil {
		return "", fmt.Errorf("find what stands for :%s in /%s/:%s: %w", field, segment, field, err)
	}
	v.examples[key] = value
	return value, nil
}
