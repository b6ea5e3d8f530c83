package collections

import (
	"database/sql"
	"errors"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
)

// FirstCallback remembers a provider's event by its key, in the transaction of what the event changes, and says whether
// it is heard for the first time.
func FirstCallback(tx core.App, key string, now time.Time) (bool, error) {
	res, err := tx.NonconcurrentDB().NewQuery(`INSERT INTO received_callbacks (id, key, created) VALUES ({:id}, {:key}, {:now})
		ON CONFLICT (key) DO NOTHING`).
		Bind(dbx.Params{"id": core.GenerateDefaultRandomId(), "key": key, "now": DateTime(now)}).Execute()
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// PruneCallbacks forgets events that no provider repeats any more.
func PruneCallbacks(app core.App, before time.Time) error {
	_, err := app.NonconcurrentDB().Delete(Callbacks, dbx.NewExp("created < {:before}", dbx.Params{"before": DateTime(before)})).Execute()
	return err
}

// SMSCallbackSecret gives the secret that was made for the address of Aliyun's receipts, or "".
func SMSCallbackSecret(app core.App) (string, error) {
	s, err := TheSettings(app)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return s.GetString("sms_callback_secret"), nil
}

// KeepSMSCallbackSecret stores a secret unless there is one, and gives the one that holds. It goes by SQL: the change is
// nobody's, and nothing of it is to be seen in the history.
func KeepSMSCallbackSecret(app core.App, secret string) (string, error) {
	_, err := app.NonconcurrentDB().Update(SettingsName, dbx.Params{"sms_callback_secret": secret}, dbx.HashExp{"sms_callback_secret": ""}).Execute()
	if err != nil {
		return "", err
	}
	return SMSCallbackSecret(app)
}
