package collections

import (
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The states of a WeChat account that is bound to a user or a contact. Empty = none is bound.
const (
	WeChatFollowing  = "following"  // messages reach it
	WeChatUnfollowed = "unfollowed" // it stays bound, and gets nothing until its owner follows the account again
)

const weChatChannel = "wechat" // as in Channels

// WeChatStatus is the state of the user's WeChat account.
func (u *User) WeChatStatus() string { return u.GetString("wechat_status") }

// WeChatStatus is the state of the contact's WeChat account.
func (c *Contact) WeChatStatus() string { return c.GetString("wechat_status") }

// UserFieldsByBinding are the users' fields that only binding a WeChat account writes, ContactFieldsByBinding the
// contacts'. A contact's openid is entered by a superuser: contacts have no account to bind theirs in.
var (
	UserFieldsByBinding    = []string{"wechat_openid", "wechat_status", "wechat_status_at"}
	ContactFieldsByBinding = []string{"wechat_status", "wechat_status_at"}
)

// FollowWeChatOpenID brings the state in line with the openid of a user or a contact that is about to be saved: an
// account that is bound anew counts as following, and without one there is no state.
func FollowWeChatOpenID(r *core.Record) {
	openid, was := r.GetString("wechat_openid"), r.Original().GetString("wechat_openid")
	switch {
	case openid == "" && (was != "" || r.GetString("wechat_status") != ""):
		r.Set("wechat_status", "")
		r.Set("wechat_status_at", "")
	case openid != was && r.GetString("wechat_status_at") == r.Original().GetString("wechat_status_at"):
		r.Set("wechat_status", WeChatFollowing) // nobody said which
	}
}

// BindWeChat binds an account to the user, as the platform said at a time. An empty openid unbinds.
func (u *User) BindWeChat(openid, status string, at time.Time) {
	u.Set("wechat_openid", openid)
	u.Set("wechat_status", status)
	u.Set("wechat_status_at", DateTime(at))
}

// UsersByWeChat gives the users to whom an account is bound: at most one is active, since inactive ones lose theirs to
// whoever binds it next.
func UsersByWeChat(app core.App, openid string) ([]*User, error) {
	if openid == "" {
		return nil, nil
	}
	return all[User](app, Users, func(q *dbx.SelectQuery) { q.AndWhere(ofWeChat(openid)) })
}

// ofWeChat finds people by their account. The second condition is that of the indexes, which serve no query without it.
func ofWeChat(openid string) dbx.Expression {
	return dbx.And(dbx.HashExp{"wechat_openid": openid}, dbx.NewExp("wechat_openid != ''"))
}

// NoteWeChatStatus writes down that the owner of an account follows ours, or does so no longer, as the platform said at
// a time. News that is older than what is known changes nothing. Following again lifts a refusal of the address.
func NoteWeChatStatus(tx core.App, openid, status string, at time.Time) error {
	for _, collection := range []string{Users, Contacts} {
		var records []*core.Record
		if err := tx.RecordQuery(collection).AndWhere(ofWeChat(openid)).All(&records); err != nil {
			return err
		}
		for _, r := range records {
			if err := noteWeChatStatus(tx, r, status, at); err != nil {
				return err
			}
		}
	}
	if status == WeChatFollowing {
		return ForgiveAddress(tx, weChatChannel, openid)
	}
	return nil
}

func noteWeChatStatus(tx core.App, r *core.Record, status string, at time.Time) error {
	if known := r.GetDateTime("wechat_status_at"); !known.IsZero() && DateTime(at).Before(known) {
		return nil
	}
	if r.GetString("wechat_status") == status {
		// Nobody sees a difference, so nobody is told of one: receipts of a burst come here by the hundred.
		_, err := tx.NonconcurrentDB().Update(r.Collection().Name, dbx.Params{"wechat_status_at": DateTime(at)}, dbx.HashExp{"id": r.Id}).Execute()
		return err
	}
	r.IgnoreUnchangedFields(true)
	r.Set("wechat_status", status)
	r.Set("wechat_status_at", DateTime(at))
	return tx.SaveNoValidate(r) // what else may be wrong with the record must not stop this
}

// ForgiveAddress forgets that a provider refused an address.
func ForgiveAddress(tx core.App, channel, address string) error {
	_, err := tx.NonconcurrentDB().Delete(RefusedAddresses, dbx.HashExp{"channel": channel, "address": foldAddress(address)}).Execute()
	return err
}

// The consents of WeChat's one-time subscriptions: each acceptance allows one message by one template.

// AddWeChatConsent counts one more message to which the owner of an account agreed.
func AddWeChatConsent(tx core.App, openid, template string, now time.Time) error {
	return writeConsent(tx, openid, template, 1, "credits + 1", now)
}

// UseWeChatConsent counts a message that was sent.
func UseWeChatConsent(tx core.App, openid, template string, now time.Time) error {
	return writeConsent(tx, openid, template, 0, "max(0, credits - 1)", now)
}

// EndWeChatConsent notes that no further message is allowed.
func EndWeChatConsent(tx core.App, openid, template string, now time.Time) error {
	return writeConsent(tx, openid, template, 0, "0", now)
}

// writeConsent begins a counter with first, or changes one that is there.
func writeConsent(tx core.App, openid, template string, first int, change string, now time.Time) error {
	_, err := tx.NonconcurrentDB().NewQuery(`INSERT INTO wechat_consents (id, openid, template, credits, created, updated)
		VALUES ({:id}, {:openid}, {:template}, {:first}, {:now}, {:now})
		ON CONFLICT (openid, template) DO UPDATE SET credits = ` + change + `, updated = {:now}`).
		Bind(dbx.Params{
			"id": core.GenerateDefaultRandomId(), "openid": openid, "template": template, "first": first, "now": DateTime(now),
		}).Execute()
	return err
}

// WeChatConsent gives how many messages by a template the owner of an account still allows; false if the platform never
// said anything of it.
func WeChatConsent(app core.App, openid, template string) (credits int, known bool, err error) {
	var found []int
	err = app.ConcurrentDB().NewQuery("SELECT credits FROM wechat_consents WHERE openid = {:openid} AND template = {:template}").
		Bind(dbx.Params{"openid": openid, "template": template}).Column(&found)
	if err != nil || len(found) == 0 {
		return 0, false, err
	}
	return found[0], true, nil
}
