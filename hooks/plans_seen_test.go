package hooks_test

import (
	"errors"
	"testing"

	"github.com/pocketbase/pocketbase/core"

	"tminus/apptest"
	"tminus/collections"
)

// planned counts the reminders of a new event, saved through app.
func planned(t *testing.T, app core.App, customer string) int {
	t.Helper()
	e, err := collections.NewEvent(app)
	must(t, err)
	e.SetTitle("Visit")
	e.SetCustomer(customer)
	e.SetSalesResponsible(apptest.UserID(collections.RoleStaff))
	e.SetAutoReminders(true)
	e.SetPlannedStart(apptest.Start.AddDate(0, 0, 30))
	must(t, app.Save(e))
	made, err := collections.RemindersOf(app, e.Id)
	must(t, err)
	return len(made)
}

func TestASaveGoesByThePlanAsItsTransactionSeesIt(t *testing.T) {
	t.Parallel()
	a := apptest.New(t)
	customer := a.Customer("Harbour Medical").Id
	want := func(app core.App, n int, when string) {
		t.Helper()
		if got := planned(t, app, customer); got != n {
			t.Errorf("%s: %d reminders, want %d", when, got, n)
		}
	}
	want(a.App, 3, "at first")
	undone := errors.New("undone")
	err := a.RunInTransaction(func(tx core.App) error {
		_, err := tx.NonconcurrentDB().NewQuery("DELETE FROM reminder_plan_steps WHERE days_before = 7").Execute()
		must(t, err)
		want(tx, 2, "in the transaction that deleted a step")
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	want(a.App, 3, "after it was rolled back")
	_, err = a.NonconcurrentDB().NewQuery("DELETE FROM reminder_plan_steps WHERE days_before = 7").Execute()
	must(t, err)
	want(a.App, 2, "after SQL deleted a step")
}
