package drills

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestMain lets the test's own program be the sender that is killed.
func TestMain(m *testing.M) {
	Sender()
	os.Exit(m.Run())
}

// killed runs a drill whose sender is killed three times, and holds what it came to against the promise.
func killed(t *testing.T, k Kill) {
	t.Helper()
	k.Dir, k.Kills, k.Connections, k.Latency = filepath.Join(t.TempDir(), "pb_data"), 3, 4, 2*time.Millisecond
	k.Seed = uint64(time.Now().UnixNano())
	results, err := k.Run()
	for _, result := range results {
		t.Logf("seed %d: %s", k.Seed, result.Line())
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range results {
		if err := result.Verdict(); err != nil {
			t.Error(err)
		}
	}
}

func TestP7_KilledThreeTimesAmong900MailsNothingIsLost(t *testing.T) {
	binary, err := Build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	killed(t, Kill{Binary: binary, Providers: []string{"smtp"}, Messages: 900})
}

func TestP7_KilledThreeTimesAmongSMSAndWeChatNothingIsLostOrRepeated(t *testing.T) {
	killed(t, Kill{Providers: []string{"aliyun", "wechat"}, Messages: 120})
}

func TestP7_KilledThreeTimesAmongSMSByTwilioNothingIsLostOrRepeated(t *testing.T) {
	killed(t, Kill{Providers: []string{"twilio"}, Messages: 120})
}

func TestVerdictSeesEachBrokenPromise(t *testing.T) {
	for name, sound := range map[string]Killed{
		"mails":  {Tally: Tally{Provider: "smtp", Planned: 900, Accepted: 900, Repeated: 4, Extra: 4, Flagged: 12}, Open: []int{4, 4, 4}},
		"SMS":    {Tally: Tally{Provider: "aliyun", Planned: 500, Accepted: 500}, Open: []int{8, 8, 8}},
		"WeChat": {Tally: Tally{Provider: "wechat", Planned: 500, Accepted: 500}, Open: []int{8, 8, 8}},
	} {
		if err := sound.Verdict(); err != nil {
			t.Errorf("a sound drill of %s: %v", name, err)
		}
	}
	begun := Killed{Tally: Tally{Provider: "smtp", Flagged: 4}, Connections: 4, Open: []int{0}, UnderWay: []int{4}}
	if err := begun.Verdict(); err != nil {
		t.Errorf("messages that were begun before their connections were open: %v", err)
	}
	begun.UnderWay, begun.Flagged = []int{9}, 9
	if begun.Verdict() == nil {
		t.Error("more messages under way than there are connections were passed over")
	}
	for name, k := range map[string]Killed{
		"lost":                {Tally: Tally{Provider: "smtp", Lost: 1}, Open: []int{4}},
		"extra":               {Tally: Tally{Provider: "smtp", Extra: 5}, Open: []int{4}},
		"flagged":             {Tally: Tally{Provider: "smtp", Flagged: 5}, Open: []int{4}},
		"silent":              {Tally: Tally{Provider: "smtp", Silent: 1}, Open: []int{4}},
		"an SMS lost":         {Tally: Tally{Provider: "aliyun", Lost: 1}, Open: []int{8}},
		"an SMS repeated":     {Tally: Tally{Provider: "aliyun", Extra: 1}, Open: []int{8}},
		"an SMS in doubt":     {Tally: Tally{Provider: "twilio", Flagged: 1}, Open: []int{8}},
		"a WeChat repeated":   {Tally: Tally{Provider: "wechat", Extra: 1}, Open: []int{8}},
		"a WeChat in doubt":   {Tally: Tally{Provider: "wechat", Flagged: 1}, Open: []int{8}},
		"a WeChat lost":       {Tally: Tally{Provider: "wechat", Lost: 1}, Open: []int{8}},
		"an SMS, all at once": {Tally: Tally{Provider: "twilio", Repeated: 1, Extra: 1, Silent: 1}, Open: []int{8}},
	} {
		if k.Verdict() == nil {
			t.Errorf("%s was passed over", name)
		}
	}
}

// The drill counts what the rows do not know of, and what came twice.
func TestWhatTheVendorHasIsComparedWithTheRows(t *testing.T) {
	v := &Vendor{arrived: func() []Arrival {
		return []Arrival{{Delivery: "a"}, {Delivery: "b"}, {Delivery: "b"}, {Delivery: "c"}, {Delivery: "c"}, {Delivery: "c"}}
	}}
	k := Tally{Provider: "aliyun", Planned: 4}
	if err := k.count(v, Outcome{IDs: map[string]bool{"a": false, "b": true, "c": false, "d": false}, Flagged: 1}); err != nil {
		t.Fatal(err)
	}
	if k.Accepted != 3 || k.Lost != 1 || k.Repeated != 2 || k.Extra != 3 || k.Flagged != 1 || k.Silent != 1 {
		t.Errorf("it counts %+v", k)
	}
	if err := k.count(v, Outcome{IDs: map[string]bool{"a": false, "b": true}}); err == nil {
		t.Error("a message of no delivery was passed over")
	}
}

func TestAWireSettlesWhenTheVendorHasDoneWhatAGoneSenderSaid(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	w, err := newWire(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	heard, done := make(chan struct{}), make(chan struct{})
	said := make(chan byte, 1)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				word := make([]byte, 1)
				if n, _ := conn.Read(word); n == 1 {
					close(heard)
					<-done // the vendor is slow
					said <- word[0]
				}
			}()
		}
	}()
	sender, err := net.Dial("tcp", w.addr())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sender.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	_ = sender.Close()
	<-heard
	if w.connections() != 1 {
		t.Errorf("%d connections are open while the vendor is at work", w.connections())
	}
	settled := make(chan error, 1)
	go func() { settled <- w.settle() }()
	select {
	case err := <-settled:
		t.Fatalf("it settled while the vendor was at work: %v", err)
	case <-time.After(50 * time.Millisecond): // a sound wire never gets there; one that does not wait has by now
	}
	close(done)
	if err := <-settled; err != nil {
		t.Fatal(err)
	}
	if len(said) != 1 || w.connections() != 0 {
		t.Errorf("the vendor did %d words, %d connections are open", len(said), w.connections())
	}
}
