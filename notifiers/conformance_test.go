package notifiers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// The conformance suite is what every provider must keep of the Notifier contract. A provider joins it by a case in
// providers, which maps the names of conformanceCases to what sets the scene; a name that it leaves out does not apply.

// trial is one scene: a notifier, a message that meets the case, and what must come of it.
type trial struct {
	notifier Notifier
	message  *Message
	class    Class // "" = success
	refused  bool  // AddressRefused
	hint     bool  // there must be a Hint
	noID     bool  // the provider gives no id of a message
	// accepted gives how many messages the provider's side has; nil if it cannot tell.
	accepted func() int
	want     int
	// secrets must not show in any error.
	secrets []string
}

var conformanceCases = []string{
	"success",
	"transient refusal",
	"permanent refusal",
	"refused address",
	"invalid address",
	"wrong credentials",
	"nobody listens",
	"silence before the message",
	"garbage",
	"refusal at the door",
	"silence during the message",
	"cut before acceptance",
	"silence after acceptance",
	"cut after acceptance",
	"too many requests",
	"server error",
	"wrong signature",
	"no balance",
	"wrong template",
}

// provider gives the scenes of one notifier by the case's name.
type provider struct {
	name   string
	scenes map[string]func(t *testing.T) trial
}

const secretBody = "the body's secret words"

func conformanceMessage(channel, to string) *Message {
	m := sampleEnglish()
	m.Channel, m.To = channel, Recipient{Name: "Someone", Address: to}
	m.Body = secretBody
	return m
}

func TestConformance(t *testing.T) {
	for _, p := range []provider{
		emailProvider(),
		sandboxProvider(),
		aliyunProvider(),
		twilioProvider(),
		wechatProvider(),
		wechatSubscriptionProvider(),
	} {
		t.Run(p.name, func(t *testing.T) {
			for name := range p.scenes {
				if !contains(conformanceCases, name) {
					t.Errorf("%q is not a case of the suite", name)
				}
			}
			for _, name := range conformanceCases {
				scene, ok := p.scenes[name]
				if !ok {
					continue
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					conform(t, scene(t))
				})
			}
			if scene, ok := p.scenes["success"]; ok {
				t.Run("fifty at once", func(t *testing.T) {
					t.Parallel()
					fiftyAtOnce(t, scene(t))
				})
			}
		})
	}
}

func contains(all []string, s string) bool {
	for _, other := range all {
		if other == s {
			return true
		}
	}
	return false
}

func conform(t *testing.T, tr trial) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	before, err := json.Marshal(tr.message)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := tr.notifier.Send(ctx, tr.message)
	if after, _ := json.Marshal(tr.message); string(after) != string(before) {
		t.Error("Send changed the message")
	}
	if tr.class == "" {
		if err != nil {
			t.Fatalf("Send: %v", err)
		}
		if receipt.Provider != tr.notifier.Provider() || (receipt.ProviderID == "") != tr.noID {
			t.Errorf("receipt %+v of provider %q", receipt, tr.notifier.Provider())
		}
		if strings.Contains(receipt.Response, tr.message.To.Address) {
			t.Errorf("the receipt shows the address: %q", receipt.Response)
		}
		if err := tr.notifier.Check(ctx); err != nil {
			t.Errorf("Check: %v", err)
		}
	} else {
		checkError(t, tr, err)
	}
	if tr.accepted != nil {
		if got := tr.accepted(); got != tr.want {
			t.Errorf("the provider's side has %d messages, want %d", got, tr.want)
		}
	}
	if err := tr.notifier.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func checkError(t *testing.T, tr trial, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("Send: %v, which is no *Error", err)
	}
	if e.Class != tr.class || e.AddressRefused != tr.refused {
		t.Errorf("Send: class %s, refused %t (%s), want %s, %t", e.Class, e.AddressRefused, e.Reason, tr.class, tr.refused)
	}
	if e.Reason == "" || utf8.RuneCountInString(e.Reason) > 300 || strings.ContainsAny(e.Reason, "\r\n\x00") {
		t.Errorf("the reason is not fit to be shown: %q", e.Reason)
	}
	if (tr.hint || tr.class == Configuration) && e.Hint == "" {
		t.Errorf("no hint how to mend: %s", e.Reason)
	}
	for _, secret := range append(tr.secrets, secretBody, tr.message.To.Address) {
		if strings.Contains(e.Reason+e.Hint+fmt.Sprint(e.Err), secret) {
			t.Errorf("the error shows %q: %+v", secret, e)
		}
	}
}

func fiftyAtOnce(t *testing.T, tr trial) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var wg sync.WaitGroup
	for i := range 50 {
		m := *tr.message
		m.ID = fmt.Sprintf("fifty%d", i)
		wg.Go(func() {
			if _, err := tr.notifier.Send(ctx, &m); err != nil {
				t.Errorf("%s: %v", m.ID, err)
			}
		})
	}
	wg.Wait()
	if tr.accepted != nil {
		if got := tr.accepted(); got != 50 {
			t.Errorf("the provider's side has %d messages, want 50", got)
		}
	}
	if err := tr.notifier.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}
