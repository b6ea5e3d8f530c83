package planner

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
)

// WithReading gives ctx a memory of what is read in tx for one save, so that its checks and its plan read each person once.
func WithReading(ctx context.Context, tx core.App) context.Context {
	return context.WithValue(ctx, readingKey, load(tx))
}

// reading gives the memory of ctx, an empty one where there is none for tx.
func reading(ctx context.Context, tx core.App) *loader {
	if l, ok := ctx.Value(readingKey).(*loader); ok && l.app == tx {
		return l
	}
	return load(tx)
}

// ReadContact gives a contact, or sql.ErrNoRows.
func ReadContact(ctx context.Context, app core.App, id string) (*collections.Contact, error) {
	l := reading(ctx, app)
	if known := l.contacts[id]; known != nil {
		return known, nil
	}
	found, err := collections.Find[collections.Contact](app, collections.Contacts, id)
	if err == nil {
		l.contacts[id] = found
	}
	return found, err
}

// ReadUsers gives users by their ids; unknown ids are left out.
func ReadUsers(ctx context.Context, app core.App, ids []string) (map[string]*collections.User, error) {
	l := reading(ctx, app)
	var missing []string
	for _, id := range ids {
		if l.users[id] == nil {
			missing = append(missing, id)
		}
	}
	found, err := collections.FindMany[collections.User](app, collections.Users, missing)
	if err != nil {
		return nil, err
	}
	for _, u := range found {
		l.users[u.Id] = u
	}
	users := map[string]*collections.User{}
	for _, id := range ids {
		if u := l.users[id]; u != nil {
			users[id] = u
		}
	}
	return users, nil
}
