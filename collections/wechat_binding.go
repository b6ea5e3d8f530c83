package collections

import (
	"database/sql"
	"errors"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// The ways to bind a WeChat account.
const (
	BindingQR    = "qr"    // a code on the screen that WeChat scans
	BindingOAuth = "oauth" // a link that is opened inside WeChat
)

// The states of a binding.
const (
	BindingWaiting = "waiting" // for somebody to scan the code or to open the link
	BindingScanned = "scanned" // for the user to confirm
	BindingBound   = "bound"
	BindingExpired = "expired" // not used in time, withdrawn, or undone
)

// WeChatBinding is one try of a user to bind a WeChat account. Users see their own, in realtime.
type WeChatBinding struct{ core.BaseRecordProxy }

func (b *WeChatBinding) User() string       { return b.GetString("user") }
func (b *WeChatBinding) Way() string        { return b.GetString("way") }
func (b *WeChatBinding) State() string      { return b.GetString("state") }
func (b *WeChatBinding) SetState(v string)  { b.Set("state", v) }
func (b *WeChatBinding) OpenID() string     { return b.GetString("openid") }
func (b *WeChatBinding) Expires() time.Time { return b.GetDateTime("expires").Time() }

// ScannedAt is when the platform says that the code was scanned.
func (b *WeChatBinding) ScannedAt() time.Time { return b.GetDateTime("scanned_at").Time() }

// Open says whether the binding can go on at a time.
func (b *WeChatBinding) Open(now time.Time) bool {
	return (b.State() == BindingWaiting || b.State() == BindingScanned) && now.Before(b.Expires())
}

// Scan notes who scanned the code.
func (b *WeChatBinding) Scan(openid string, at time.Time) {
	b.SetState(BindingScanned)
	b.Set("openid", openid)
	b.Set("scanned_at", DateTime(at))
}

// Bind ends the binding as it should. Whose account it was stands in the user from now on.
func (b *WeChatBinding) Bind() {
	b.SetState(BindingBound)
	b.Set("openid", "")
}

// NewWeChatBinding gives an unsaved binding that waits until it expires.
func NewWeChatBinding(app core.App, user, way, tokenHash string, expires time.Time) (*WeChatBinding, error) {
	b, err := create[WeChatBinding](app, WeChatBindings)
	if err != nil {
		return nil, err
	}
	b.Set("user", user)
	b.Set("way", way)
	b.Set("token_hash", tokenHash)
	b.Set("expires", DateTime(expires))
	b.SetState(BindingWaiting)
	return b, nil
}

// WeChatBindingByToken gives the binding whose scene or state has a hash; nil if there is none.
func WeChatBindingByToken(app core.App, tokenHash string) (*WeChatBinding, error) {
	record, err := app.FindFirstRecordByData(WeChatBindings, "token_hash", tokenHash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return Wrap[WeChatBinding](record), nil
}

// CountOpenWeChatBindings counts those of a user's bindings that can go on.
func CountOpenWeChatBindings(app core.App, user string, now time.Time) (int64, error) {
	return app.CountRecords(WeChatBindings, dbx.HashExp{"user": user, "state": []any{BindingWaiting, BindingScanned}},
		dbx.NewExp("expires > {:now}", dbx.Params{"now": DateTime(now)}))
}

// EndWeChatBindings ends the bindings of a user that are in one of the states, and tells the screens that show them.
func EndWeChatBindings(tx core.App, user string, states ...string) error {
	return endBindings(tx, dbx.HashExp{"user": user, "state": anySlice(states)})
}

// EndScannedWeChatBindings ends the bindings that wait for somebody to confirm an account that follows no longer.
func EndScannedWeChatBindings(tx core.App, openid string) error {
	return endBindings(tx, dbx.HashExp{"openid": openid, "state": BindingScanned})
}

func endBindings(tx core.App, which dbx.Expression) error {
	found, err := all[WeChatBinding](tx, WeChatBindings, func(q *dbx.SelectQuery) { q.AndWhere(which) })
	if err != nil {
		return err
	}
	for _, b := range found {
		b.SetState(BindingExpired)
		if err := tx.Save(b); err != nil {
			return err
		}
	}
	return nil
}

// PruneWeChatBindings ends what was not used in time, and forgets what ended long before.
func PruneWeChatBindings(app core.App, now, before time.Time) error {
	return app.RunInTransaction(func(tx core.App) error {
		err := endBindings(tx, dbx.And(dbx.HashExp{"state": []any{BindingWaiting, BindingScanned}},
			dbx.NewExp("expires <= {:now}", dbx.Params{"now": DateTime(now)})))
		if err != nil {
			return err
		}
		_, err = tx.NonconcurrentDB().Delete(WeChatBindings, dbx.NewExp("expires < {:before}", dbx.Params{"before": DateTime(before)})).Execute()
		return err
	})
}
