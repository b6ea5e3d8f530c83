package collections

import (
	"regexp"
	"strings"
	"testing"
)

func TestAnIDNearAnotherSortsBesideItAndIsItsOwn(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[a-z0-9]{15}$`)
	const event = "abcdefgh1234567"
	seen := map[string]bool{}
	for range 1000 {
		id := IDNear(event)
		if !form.MatchString(id) || !strings.HasPrefix(id, "abcdefgh") || seen[id] {
			t.Fatalf("the id is %q", id)
		}
		seen[id] = true
	}
	for _, odd := range []string{"", "BURST-1", strings.Repeat("x", 40)} {
		if id := IDNear(odd); !form.MatchString(id) {
			t.Errorf("near %q the id is %q", odd, id)
		}
	}
}
