package outbox

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTheEngineLetsPeoplePass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var way Way
		waited := func() time.Duration {
			began := time.Now()
			way.giveWay()
			return time.Since(began)
		}
		if d := waited(); d != 0 {
			t.Errorf("it waited %s for nobody", d)
		}
		first, second := way.Enter(), way.Enter()
		time.AfterFunc(time.Millisecond, first)
		time.AfterFunc(2*time.Millisecond, second)
		if d := waited(); d != 2*time.Millisecond {
			t.Errorf("it waited %s, the last has gone after 2 ms", d)
		}
		first() // again: it has left, and takes nobody with it
		leave := way.Enter()
		if d := waited(); d != longestGiveWay {
			t.Errorf("it waited %s for one who stays, want %s", d, longestGiveWay)
		}
		leave()
		if d := waited(); d != 0 {
			t.Errorf("it waited %s after everybody has left", d)
		}
	})
}
