package config

import (
	"slices"
	"testing"
	"time"
)

func TestBooleansTakeDjangosSpellings(t *testing.T) {
	spellings := map[bool][]string{
		true:  {"True", "true", "TRUE", "t", "1", "yes", "y", "on", " On "},
		false: {"False", "false", "f", "0", "no", "n", "off"},
	}
	for want, values := range spellings {
		for _, value := range values {
			if got := load(t, "EVENT_REMINDER_ENABLE_SMS="+value).Enable.SMS; got != want {
				t.Errorf("%q: got %v", value, got)
			}
		}
	}
}

func TestRetryIntervalIsADurationOrSeconds(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"90s": 90 * time.Second, "1h30m": 90 * time.Minute, "300": 5 * time.Minute, "1": time.Second, "1.5": 1500 * time.Millisecond,
	} {
		if got := load(t, "REMINDER_RETRY_INTERVAL="+value).Retry.Interval; got != want {
			t.Errorf("%q: got %v", value, got)
		}
	}
}

func TestParseDays(t *testing.T) {
	right := map[string][]int{
		"7,3,1": {7, 3, 1}, "[7, 3, 1]": {7, 3, 1}, "1,3,7": {7, 3, 1}, "0": {0}, "[365]": {365}, " 1 ,\t2 ": {2, 1}, "[ 14 ]": {14},
	}
	for value, want := range right {
		if got, wrong := parseDays("", value); wrong != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %v, %v", value, got, wrong)
		}
	}
	for _, value := range []string{"", "[]", "x", "7,", ",7", "7,,1", "7;3", "-1", "366", "1.5", "3,3", "7,07", "[7", "7]", "[[7]]", "7 3", "9999999999999999999"} {
		if got, wrong := parseDays("", value); wrong == nil || got != nil {
			t.Errorf("%q: got %v, %v", value, got, wrong)
		}
	}
}

func FuzzParseDays(f *testing.F) {
	for _, seed := range []string{"7,3,1", "[7, 3, 1]", "", "[", "[]", "0,365", "366", "3,3", "-0", "+7", " 1 ,\t2 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		days, wrong := parseDays("", value)
		if wrong != nil {
			if days != nil || wrong.Problem == "" || wrong.Mend == "" {
				t.Fatalf("%q: %v, %+v", value, days, wrong)
			}
			return
		}
		if len(days) == 0 || days[0] > maxDaysBefore || days[len(days)-1] < 0 {
			t.Fatalf("%q: %v", value, days)
		}
		for i := 1; i < len(days); i++ {
			if days[i-1] <= days[i] {
				t.Fatalf("%q: not descending and distinct: %v", value, days)
			}
		}
	})
}
