package notifiers

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tminus/apptest/aliyunserver"
)

// aliyunDesk is a server and a notifier on clocks of their own.
type aliyunDesk struct {
	t      *testing.T
	server *aliyunserver.Server
	a      *Aliyun
	now    time.Time // of this machine
	theirs time.Time // of Aliyun
}

func newAliyunDesk(t *testing.T, now time.Time) *aliyunDesk {
	t.Helper()
	d := &aliyunDesk{t: t, now: now, theirs: now}
	d.server = startAliyun(t, aliyunserver.WithoutDailyLimit(), aliyunserver.WithClock(func() time.Time { return d.theirs }))
	o := aliyunAt(d.server)
	o.Now = func() time.Time { return d.now }
	d.a = newTestAliyun(t, o)
	return d
}

func (d *aliyunDesk) pass(by time.Duration) { d.now, d.theirs = d.now.Add(by), d.theirs.Add(by) }

// send hands over one message under an id and says when it began.
func (d *aliyunDesk) send(id, to string) (m *Message, began time.Time, receipt Receipt, failed *Error) {
	d.t.Helper()
	m = aliyunMessage(to)
	m.ID = id
	began = d.now
	receipt, failed = sendAliyun(d.t, d.a, m)
	return m, began, receipt, failed
}

func (d *aliyunDesk) inquire(q Inquiry) (Finding, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return d.a.Inquire(ctx, q)
}

func (d *aliyunDesk) want(what string, q Inquiry, want State) Finding {
	d.t.Helper()
	f, err := d.inquire(q)
	if err != nil || f.State != want {
		d.t.Errorf("%s: %+v, %v, want %s", what, f, err, want)
	}
	return f
}

var beijingNoon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func TestP7_AliyunSaysWhatBecameOfALostAnswer(t *testing.T) {
	for _, to := range []string{"+8613800138000", "+85291234567"} {
		d := newAliyunDesk(t, beijingNoon)
		d.server.Fail(aliyunserver.Failure{Manner: aliyunserver.CutAfter, Times: 1})
		m, began, _, failed := d.send("kept", to)
		if failed == nil || failed.Class != Unknown {
			t.Fatalf("%+v", failed)
		}
		d.want("accepted", Inquiry{Message: m, Began: began}, Accepted)
		d.pass(time.Minute)
		d.server.Settle("kept", "DELIVERED")
		if f := d.want("delivered", Inquiry{Message: m, Began: began}, Delivered); !f.At.Equal(d.theirs) || f.At.Location() != time.UTC {
			t.Errorf("delivered at %s, want %s", f.At, d.theirs)
		}

		d.server.Fail(aliyunserver.Failure{Manner: aliyunserver.CutBefore, Times: 1})
		m, began, _, failed = d.send("lost", to)
		if failed == nil || failed.Class != Unknown {
			t.Fatalf("%+v", failed)
		}
		d.want("absent", Inquiry{Message: m, Began: began}, Absent)
	}
}

func TestAliyunFailuresComeWithTheirReason(t *testing.T) {
	d := newAliyunDesk(t, beijingNoon)
	m, began, receipt, _ := d.send("a", "+8613800138000")
	d.server.Settle("a", "MOBILE_NOT_ON_SERVICE")
	f := d.want("failed", Inquiry{Message: m, Began: began, ProviderID: receipt.ProviderID}, Failed)
	if f.ProviderID != receipt.ProviderID || f.Err == nil || f.Err.Class != Permanent || !f.Err.AddressRefused {
		t.Errorf("%+v %+v", f, f.Err)
	}
}

func TestAliyunIsAskedAboutBothDaysAroundMidnight(t *testing.T) {
	midnight := time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC) // in Beijing
	for name, test := range map[string]struct {
		began  time.Time
		theirs time.Duration // Aliyun's clock is ahead
		calls  int
	}{
		"just before":                    {midnight.Add(-time.Second), 3 * time.Second, 2},
		"just after":                     {midnight.Add(time.Second), -3 * time.Second, 2},
		"their clock ten minutes ahead":  {midnight.Add(-9 * time.Minute), 10 * time.Minute, 2},
		"their clock ten minutes behind": {midnight.Add(9 * time.Minute), -10 * time.Minute, 2},
		"before, and still before":       {midnight.Add(-10 * time.Minute), 0, 2}, // of a day that is not yet
		"long before":                    {midnight.Add(-time.Hour), 0, 1},
		"long after":                     {midnight.Add(time.Hour), 0, 1},
	} {
		d := newAliyunDesk(t, test.began)
		d.theirs = test.began.Add(test.theirs)
		m, began, _, failed := d.send("a", "+8613800138000")
		if failed != nil {
			t.Fatal(failed)
		}
		d.want(name, Inquiry{Message: m, Began: began}, Accepted)
		if got := d.server.Calls("QuerySendDetails"); got != test.calls {
			t.Errorf("%s: %d questions, want %d", name, got, test.calls)
		}
	}
}

// A day of which nothing is known is not a day on which nothing was sent.
func TestAliyunMustAnswerForBothDays(t *testing.T) {
	for _, day := range []string{"20261123", "20261124"} {
		d := newAliyunDesk(t, time.Date(2026, 11, 23, 16, 0, 1, 0, time.UTC))
		d.server.Fail(aliyunserver.Failure{Action: "QuerySendDetails", Day: day, Status: 500})
		m := aliyunMessage("+8613800138000")
		if f, err := d.inquire(Inquiry{Message: m, Began: d.now}); err == nil || AsError(err).Class != Transient {
			t.Errorf("without %s: %+v, %v", day, f, err)
		}
	}
}

func TestAliyunIsAskedForAllPages(t *testing.T) {
	d := newAliyunDesk(t, beijingNoon)
	m, began, receipt, _ := d.send("ours", "+8613800138000")
	other := newTestAliyun(t, func() AliyunOptions {
		o := aliyunAt(d.server) // another program of the same account
		now := d.now
		o.Now = func() time.Time { now = now.Add(time.Hour); return now }
		return o
	}())
	for i := range 119 {
		n := aliyunMessage("+8613800138000")
		n.ID = fmt.Sprint("other", i)
		if _, failed := sendAliyun(t, other, n); failed != nil {
			t.Fatal(failed)
		}
	}
	d.want("third page", Inquiry{Message: m, Began: began}, Accepted)
	if got := d.server.Calls("QuerySendDetails"); got != 3 {
		t.Errorf("%d questions, want 3", got)
	}
	d.want("by its BizId", Inquiry{Message: m, Began: began, ProviderID: receipt.ProviderID}, Accepted)
	if got := d.server.Calls("QuerySendDetails"); got != 4 {
		t.Errorf("%d questions, want 4", got)
	}
}

func TestAliyunKnowsAttemptsOfOneMessageApart(t *testing.T) {
	d := newAliyunDesk(t, beijingNoon)
	m, first, one, _ := d.send("a", "+8613800138000")
	d.server.Settle("a", "IS_CLOSE")
	d.pass(5 * time.Minute)
	second := d.now
	d.want("the first attempt", Inquiry{Message: m, Began: first}, Failed)
	d.want("the second, not there yet", Inquiry{Message: m, Began: second}, Absent)
	_, _, two, _ := d.send("a", "+8613800138000")
	d.want("the second, by its id", Inquiry{Message: m, Began: second, ProviderID: two.ProviderID}, Accepted)
	d.want("the first, by its id", Inquiry{Message: m, Began: first, ProviderID: one.ProviderID}, Failed)
	d.want("without an id, what is best", Inquiry{Message: m, Began: second}, Accepted)
	d.server.Settle("a", "DELIVERED")
	d.want("without an id, what is best", Inquiry{Message: m, Began: first}, Delivered)
	d.want("an id that is not found", Inquiry{Message: m, Began: second, ProviderID: "1^0"}, Delivered)
}

func TestAliyunMessageThatArrivedOnceArrived(t *testing.T) {
	d := newAliyunDesk(t, beijingNoon)
	for _, outcome := range []string{"DELIVERED", "", "IS_CLOSE"} {
		d.server.Outcome("13800138000", outcome)
		m, began, _, _ := d.send("a", "+8613800138000")
		d.want("after "+outcome, Inquiry{Message: m, Began: began}, Delivered)
		d.pass(5 * time.Minute)
	}
}

func TestAliyunQuestionsThatAreNotAnswered(t *testing.T) {
	for name, test := range map[string]struct {
		failure aliyunserver.Failure
		class   Class
	}{
		"500":           {aliyunserver.Failure{Status: 500}, Transient},
		"cut":           {aliyunserver.Failure{Manner: aliyunserver.CutBefore}, Transient},
		"garbage":       {aliyunserver.Failure{Body: "13800138000"}, Transient},
		"a bad request": {aliyunserver.Failure{Code: "isv.INVALID_PARAMETERS"}, Transient},
		"throttled":     {aliyunserver.Failure{Code: "Throttling.User"}, Transient},
		"no permission": {aliyunserver.Failure{Code: "isp.RAM_PERMISSION_DENY"}, Configuration},
	} {
		d := newAliyunDesk(t, beijingNoon)
		m, began, _, _ := d.send("a", "+8613800138000")
		test.failure.Action = "QuerySendDetails"
		d.server.Fail(test.failure)
		f, err := d.inquire(Inquiry{Message: m, Began: began})
		e := AsError(err)
		if err == nil || e.Class != test.class || f.State != "" || e.Class == Configuration && e.Hint == "" {
			t.Errorf("%s: %+v, %+v", name, f, err)
		} else if strings.Contains(e.Reason+e.Hint+fmt.Sprint(e.Err), "13800138000") {
			t.Errorf("%s shows the number: %+v", name, e)
		}
	}
	d := newAliyunDesk(t, beijingNoon)
	m, began, _, _ := d.send("a", "+8613800138000")
	d.pass(30 * 24 * time.Hour)
	if _, err := d.inquire(Inquiry{Message: m, Began: began}); AsError(err).Class != Permanent || d.server.Calls("QuerySendDetails") != 0 {
		t.Errorf("after 30 days: %v", err)
	}
	d.want("what cannot have been sent", Inquiry{Message: aliyunMessage("nobody"), Began: d.now}, Absent)
}

func TestAliyunReceiptsAreAskedForInTime(t *testing.T) {
	last := time.Duration(0)
	for _, after := range NewAliyun(AliyunOptions{}).ReceiptAfter() {
		if after <= last {
			t.Errorf("%s after %s", after, last)
		}
		last = after
	}
	if last != 72*time.Hour {
		t.Errorf("the last after %s", last)
	}
}
