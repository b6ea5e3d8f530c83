package drills

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// client speaks to a program over HTTP as a person does.
type client struct {
	address string
	token   string
	http    http.Client
}

// answer is what a request came to.
type answer struct {
	status int
	body   string
	took   time.Duration
}

// staff signs the member of staff of People in at a program, without asking it.
func (s *scene) staff(p *process) (*client, error) {
	user, err := s.parent.FindRecordById("users", s.parent.staff)
	if err != nil {
		return nil, err
	}
	return signedIn(p, user)
}

// superuser signs a superuser in, which it makes first if there is none.
func (s *scene) superuser(p *process) (*client, error) {
	const address = "drill@example.test"
	super, err := s.parent.FindAuthRecordByEmail(core.CollectionNameSuperusers, address)
	if err != nil {
		of, err := s.parent.FindCollectionByNameOrId(core.CollectionNameSuperusers)
		if err != nil {
			return nil, err
		}
		super = core.NewRecord(of)
		super.SetEmail(address)
		super.SetRandomPassword()
		if err := s.parent.Save(super); err != nil {
			return nil, err
		}
	}
	return signedIn(p, super)
}

func signedIn(p *process, who *core.Record) (*client, error) {
	token, err := who.NewAuthToken()
	return &client{address: p.address, token: token, http: http.Client{Timeout: 2 * time.Minute}}, err
}

func (c *client) post(path string, body any) (a answer, err error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return a, err
	}
	request, err := http.NewRequest(http.MethodPost, "http://"+c.address+path, bytes.NewReader(raw))
	if err != nil {
		return a, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", c.token)
	began := time.Now()
	response, err := c.http.Do(request)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, string(text), time.Since(began)}, err
}

// wake has a program look at once for what SQL has made due, as its safety net does every five minutes.
func (s *scene) wake(p *process) error {
	c, err := s.superuser(p)
	if err != nil {
		return err
	}
	a, err := c.post("/api/crons/check-and-send-reminders", nil)
	if err == nil && a.status != http.StatusNoContent {
		err = fmt.Errorf("wake the program: %d %s", a.status, a.body)
	}
	return err
}

// saveEvent saves an event of that title with the reminders of the default plan.
func (s *scene) saveEvent(c *client, title string) (answer, error) {
	return c.post("/api/collections/events/records", map[string]any{
		"title": title, "customer": s.parent.customer, "planned_start_date": time.Now().AddDate(0, 0, 30),
	})
}
