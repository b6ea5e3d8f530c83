package hooks

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	validation "github.com/pocketbase/ozzo-validation/v4"
	"github.com/pocketbase/pocketbase/core"

	"tminus/collections"
	"tminus/reminders"
)

// numericSettings are the fields that PocketBase reads as 0 from what is no number. Nobody shall lift a limit by a slip of
// the keyboard.
var numericSettings = []string{collections.SettingsDailyCap, collections.SettingsMonthlyCap}

// onlyNumbers refuses limits that are no numbers.
func onlyNumbers(e *core.RecordRequestEvent) error {
	body := map[string]any{} // RequestInfo holds what PocketBase made of it
	if err := e.BindBody(&body); err != nil {
		return e.Next() // PocketBase answers it
	}
	errs := validation.Errors{}
	for _, field := range numericSettings {
		switch value := body[field].(type) {
		case nil, float64:
		case string: // of a form
			if _, err := strconv.ParseFloat(value, 64); value != "" && err != nil {
				errs[field] = validation.NewError("validation_number", "Write a number.")
			}
		default:
			errs[field] = validation.NewError("validation_number", "Write a number.")
		}
	}
	if len(errs) > 0 {
		return e.BadRequestError("Some limits are no numbers.", errs)
	}
	return e.Next()
}

// checkSMS says in words what is wrong with the settings about SMS.
func checkSMS(errs validation.Errors, s *collections.Settings) {
	set := func(field, code, message string) { errs[field] = validation.NewError(code, message) }
	if limit := s.GetFloat(collections.SettingsDailyCap); errs[collections.SettingsDailyCap] != nil || limit < 0 || limit > collections.DailyCapMax {
		set(collections.SettingsDailyCap, "validation_daily_cap", fmt.Sprintf("Give a whole number from 1 to %d, or nothing for %d. "+
			"Operators on the mainland let through no more than %d a day to one number.",
			collections.DailyCapMax, collections.DailyCapDefault, collections.DailyCapMax))
	}
	if errs[collections.SettingsMonthlyCap] != nil || s.GetFloat(collections.SettingsMonthlyCap) < 0 {
		set(collections.SettingsMonthlyCap, "validation_monthly_cap", "Give a whole number of SMS parts, or 0 for no limit.")
	}
	if errs[collections.SettingsCurrency] != nil {
		set(collections.SettingsCurrency, "validation_currency", "Write the currency as its three capitals, like HKD or CNY.")
	}
	if _, err := collections.ReadSMSPrices(s.GetString(collections.SettingsPrices)); err != nil {
		set(collections.SettingsPrices, "validation_prices", priceWords(err))
	}
}

func priceWords(err error) string {
	var wrong *collections.PriceError
	if !errors.As(err, &wrong) || wrong.Country == "" && !wrong.Unknown {
		return `Write the prices of one part by country, such as {"CN": 0.045, "HK": 0.3, "*": 0.5}.`
	}
	country := []rune(wrong.Country)
	if len(country) > 12 {
		country = append(slices.Clip(country[:12]), '…')
	}
	if wrong.Unknown {
		return fmt.Sprintf("There is no country %q. Use codes of two capitals like CN, HK and MO, and * for everywhere else.", string(country))
	}
	return fmt.Sprintf("The price for %q is none. Write a number from 0 to %d without quotes.", string(country), collections.PriceMax)
}

// releaseSMS lets go what waits for a limit: it may have been raised, or its day may be another one's zone now. What still
// does not fit is held again at its last look.
func (s *System) releaseSMS() {
	now := s.Options.Now()
	held, err := collections.SMSHeld(s.App, now, reminders.HeldReasons...)
	for batch := range slices.Chunk(held, 100) {
		err = errors.Join(err, s.App.RunInTransaction(func(tx core.App) error {
			return collections.ReleaseHeld(tx, batch, now, reminders.HeldReasons...)
		}))
	}
	if err != nil { // the settings are saved all the same, and the limit's end lets them go
		s.log.Error("release the SMS that a limit held", "error", err)
	}
	if len(held) > 0 {
		s.Engine.Wake()
	}
}
