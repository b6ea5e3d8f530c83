package collections

import (
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/pocketbase/pocketbase/core"
)

// The names of the fields of the settings about SMS and WeChat that errors are keyed by.
const (
	SettingsDailyCap   = "sms_daily_cap"
	SettingsMonthlyCap = "sms_monthly_cap"
	SettingsPrices     = "sms_prices"
	SettingsCurrency   = "sms_currency"
)

// The bounds of the settings about SMS.
const (
	// DailyCapDefault is how many SMS a number gets in a day unless the settings say otherwise.
	DailyCapDefault = 20
	// DailyCapMax is what mainland operators let through: 50 a day of one signature and template to one number
	// (https://help.aliyun.com/document_detail/44335.html).
	DailyCapMax = 50
	// PriceMax bounds the price of one part, in any currency.
	PriceMax = 1000
)

// WeChatSubscription is the value of the settings' wechat_sender by which each message needs a consent of its own.
const WeChatSubscription = "subscription"

func (s *Settings) SMSDailyCap() int         { return s.GetInt(SettingsDailyCap) }
func (s *Settings) SetSMSDailyCap(v int)     { s.Set(SettingsDailyCap, v) }
func (s *Settings) SMSMonthlyCap() int       { return s.GetInt(SettingsMonthlyCap) }
func (s *Settings) SetSMSMonthlyCap(v int)   { s.Set(SettingsMonthlyCap, v) }
func (s *Settings) SMSCurrency() string      { return s.GetString(SettingsCurrency) }
func (s *Settings) SetSMSCurrency(v string)  { s.Set(SettingsCurrency, v) }
func (s *Settings) SetSMSPrices(v any)       { s.Set(SettingsPrices, v) }
func (s *Settings) WeChatSender() string     { return s.GetString("wechat_sender") }
func (s *Settings) SetWeChatSender(v string) { s.Set("wechat_sender", v) }

// WeChatSender gives the settings' way to send by WeChat; empty before the first start.
func WeChatSender(app core.App) (string, error) {
	s, err := TheSettings(app)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return s.WeChatSender(), nil
}

// SMSPrices gives the prices; those that cannot be read are none.
func (s *Settings) SMSPrices() SMSPrices {
	prices, _ := ReadSMSPrices(s.GetString(SettingsPrices)) // what is no list of prices was refused when it was saved
	return prices
}

// SMSPrices holds the price of one part of an SMS by the number's country, in the currency of the settings. "*" is
// everywhere else.
type SMSPrices map[string]float64

// Of gives the price for a country; 0 = unknown.
func (p SMSPrices) Of(country string) float64 {
	if price, ok := p[country]; ok {
		return price
	}
	return p[elsewhere]
}

const elsewhere = "*"

// PriceError says which entry of a list of prices is wrong.
type PriceError struct {
	Country string // the key; empty if the whole is no object
	Unknown bool   // it is no country; otherwise its price is none
}

func (e *PriceError) Error() string { return "this is no list of SMS prices: " + e.Country }

// ReadSMSPrices reads {"CN": 0.045, "HK": 0.3, "*": 0.5}: countries as ISO 3166 alpha-2 codes, prices from 0 to PriceMax.
// Nothing gives no prices. The error is a *PriceError about the first wrong entry.
func ReadSMSPrices(raw string) (SMSPrices, error) {
	prices := SMSPrices{}
	if raw == "" || raw == "null" {
		return prices, nil
	}
	var entries map[string]json.RawMessage
	if err := json.Unmarshal([]byte(raw), &entries); err != nil {
		return nil, &PriceError{}
	}
	for _, country := range slices.Sorted(maps.Keys(entries)) {
		if country != elsewhere && !KnownCountry(country) {
			return nil, &PriceError{Country: country, Unknown: true}
		}
		var price *float64
		if err := json.Unmarshal(entries[country], &price); err != nil || price == nil || *price < 0 || *price > PriceMax {
			return nil, &PriceError{Country: country}
		}
		prices[country] = *price
	}
	return prices, nil
}

// SMSSettings is what the company set about SMS, with the defaults in the place of what it did not.
type SMSSettings struct {
	DailyCap   int // messages to one number in a day
	MonthlyCap int // parts in a month; 0 = no limit
	Prices     SMSPrices
	Currency   string // ISO 4217
}

// ReadSMSSettings gives the settings about SMS; all defaults before the first start.
func ReadSMSSettings(app core.App) (SMSSettings, error) {
	s := SMSSettings{DailyCap: DailyCapDefault, Prices: SMSPrices{}, Currency: "HKD"}
	stored, err := TheSettings(app)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if own := stored.SMSDailyCap(); own > 0 {
		s.DailyCap = min(own, DailyCapMax)
	}
	if currency := stored.SMSCurrency(); currency != "" {
		s.Currency = currency
	}
	s.MonthlyCap, s.Prices = max(0, stored.SMSMonthlyCap()), stored.SMSPrices()
	return s, nil
}
