package collections

import (
	"github.com/pocketbase/pocketbase/core"
)

// IDNear gives an id of PocketBase's form, 15 of a-z0-9, that sorts beside another one: the first eight characters are the
// other's, the rest is random. What one save writes about one event then lies on a page of each index rather than on as many
// as there are rows. It stays as good as random: nothing is kept secret by an id.
func IDNear(id string) string {
	const shared = 8
	made := core.GenerateDefaultRandomId()
	if len(id) != len(made) {
		return made // SQL gave the other one its id
	}
	return id[:shared] + made[shared:]
}
