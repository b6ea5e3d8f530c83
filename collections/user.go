package collections

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The roles, from most to least.
const (
	RoleAdmin   = "admin"
	RoleManager = "manager"
	RoleStaff   = "staff"
	RoleViewer  = "viewer"
)

// UserFieldsForManagers are the users' fields that a manager, an admin and the user see, and nobody else.
var UserFieldsForManagers = []string{"phone"}

// UserFieldsForAdmins are the users' fields that only an admin may change; users edit the rest of their own record.
var UserFieldsForAdmins = []string{"role", "active", "manager", "verified"}

// UserFieldsForAdminsAndSelf are the users' fields that an admin and the user see, and nobody else.
var UserFieldsForAdminsAndSelf = []string{"wechat_status"}

// ContactFieldsForAdmins are the contacts' fields that an admin sees, and nobody else.
var ContactFieldsForAdmins = []string{"wechat_status"}

// UserPhone is the name of the field that is hidden in the schema, yet written by its owner.
const UserPhone = "phone"

// User is a member of staff.
type User struct{ core.BaseRecordProxy }

// Preferences are a user's own wishes.
type Preferences struct {
	// Channels wanted; nil = all.
	Channels   []string    `json:"channels,omitempty"`
	QuietHours *QuietHours `json:"quiet_hours,omitempty"`
	Digest     bool        `json:"digest,omitempty"`
}

// QuietHours is a daily span of local time, "22:00" to "07:00"; it may pass midnight.
type QuietHours struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// NewUser gives an unsaved user.
func NewUser(app core.App) (*User, error) { return create[User](app, Users) }

func (u *User) Name() string             { return u.GetString("name") }
func (u *User) SetName(v string)         { u.Set("name", v) }
func (u *User) Phone() string            { return u.GetString("phone") }
func (u *User) SetPhone(v string)        { u.Set("phone", v) }
func (u *User) Role() string             { return u.GetString("role") }
func (u *User) SetRole(v string)         { u.Set("role", v) }
func (u *User) Manager() string          { return u.GetString("manager") }
func (u *User) SetManager(v string)      { u.Set("manager", v) }
func (u *User) Locale() string           { return u.GetString("locale") }
func (u *User) SetLocale(v string)       { u.Set("locale", v) }
func (u *User) Timezone() string         { return u.GetString("timezone") }
func (u *User) SetTimezone(v string)     { u.Set("timezone", v) }
func (u *User) Active() bool             { return u.GetBool("active") }
func (u *User) SetActive(v bool)         { u.Set("active", v) }
func (u *User) WeChatOpenID() string     { return u.GetString("wechat_openid") }
func (u *User) SetWeChatOpenID(v string) { u.Set("wechat_openid", v) }

// UserPreferences is the name of the field that Preferences reads.
const UserPreferences = "preferences"

// Preferences gives the user's wishes; absent ones mean all channels, no quiet hours, no digest.
func (u *User) Preferences() Preferences {
	p, _ := u.ReadPreferences()
	return p
}

// ReadPreferences gives the user's wishes, or an error if the field does not hold any.
func (u *User) ReadPreferences() (Preferences, error) {
	var p Preferences
	raw := u.GetString(UserPreferences)
	if raw == "" || raw == "null" {
		return p, nil
	}
	if err := json.Unmarshal([]byte(raw), &p); err != nil {
		return Preferences{}, err
	}
	return p, nil
}

func (u *User) SetPreferences(p Preferences) { u.Set(UserPreferences, p) }

// Zone gives the user's time zone, or fallback.
func (u *User) Zone(fallback *time.Location) *time.Location { return zone(u.Timezone(), fallback) }

// IsManager says whether the user may see and change everybody's events.
func (u *User) IsManager() bool { return slices.Contains([]string{RoleAdmin, RoleManager}, u.Role()) }

// ActiveUsersByRole gives the active users with one of the roles, by name.
func ActiveUsersByRole(app core.App, roles ...string) ([]*User, error) {
	return all[User](app, Users, func(q *dbx.SelectQuery) {
		q.AndWhere(dbx.HashExp{"active": true, "role": anySlice(roles)}).OrderBy("name")
	})
}

// ActiveUsersWithDigest gives the active users who asked for the daily digest.
func ActiveUsersWithDigest(app core.App) ([]*User, error) {
	return all[User](app, Users, func(q *dbx.SelectQuery) {
		q.AndWhere(dbx.HashExp{"active": true}).
			AndWhere(dbx.NewExp("json_extract(preferences, '$.digest') = 1")).
			OrderBy("name")
	})
}

// CountActiveAdmins counts the active administrators besides the given user.
func CountActiveAdmins(app core.App, besides string) (int64, error) {
	return app.CountRecords(Users, dbx.HashExp{"active": true, "role": RoleAdmin}, dbx.Not(dbx.HashExp{"id": besides}))
}

func anySlice[T any](in []T) []any {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = v
	}
	return out
}

func zone(name string, fallback *time.Location) *time.Location {
	if name == "" {
		return fallback
	}
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return fallback
	}
	zones.Store(name, loc)
	return loc
}

// IsZone says whether a name is that of an IANA time zone.
func IsZone(name string) bool { return !strings.EqualFold(name, "local") && zone(name, nil) != nil }

// zones are the time zones that were read, by name: of some hundred there are, and to read one takes longer than to use it.
var zones sync.Map // string -> *time.Location
