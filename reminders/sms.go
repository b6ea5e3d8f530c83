package reminders

import (
	"strings"
	"unicode/utf8"
)

// The encodings of an SMS.
const (
	GSM7 = "GSM-7" // 7 bits a letter, 160 in one part
	UCS2 = "UCS-2" // 16 bits a letter, 70 in one part
)

// SMSRule says how a text is counted.
type SMSRule struct {
	// Mainland counts as mainland China's operators do: every character is one, a Latin letter too, and the signature
	// with its brackets counts. Source: Aliyun's billing overview and message rules, see CountSMS.
	Mainland bool
	// Signature is the sender's name without brackets. It counts on the mainland only.
	Signature string
}

// Bracketed gives the signature as it stands in front of a mainland message, or "" where there is none.
func (r SMSRule) Bracketed() string {
	if !r.Mainland || r.Signature == "" {
		return ""
	}
	return "【" + r.Signature + "】"
}

// SMSCount is how long an SMS is.
type SMSCount struct {
	Encoding   string `json:"encoding"`   // GSM7 or UCS2
	Characters int    `json:"characters"` // septets, UTF-16 units, or on the mainland characters with the signature
	Parts      int    `json:"parts"`      // 0 for an empty text
	Limit      int    `json:"limit"`      // the characters that so many parts hold
}

// The room in a single part, and in each of several, which begin with a header that joins them.
const (
	gsmSingle, gsmJoined = 160, 153
	ucsSingle, ucsJoined = 70, 67
)

// basic and extended are the GSM 7-bit default alphabet and its extension table, whose letters take an escape before
// them (3GPP TS 23.038, 6.2.1).
const (
	basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "\f^{}\\[~]|€"
)

// CountSMS counts a text by GSM 03.38 (3GPP TS 23.038): 160 septets or 70 UTF-16 units, of several parts 153 or 67 each;
// one letter beyond the GSM alphabet turns the whole text to UCS-2. A letter of two septets or units stays within its part
// (3GPP TS 23.040, 9.2.3.24.1). On the mainland it is 70 characters, of several parts 67 each
// (https://www.alibabacloud.com/help/en/sms/product-overview/billing-overview).
func CountSMS(text string, rule SMSRule) SMSCount {
	if rule.Mainland {
		n := utf8.RuneCountInString(rule.Bracketed() + text)
		return counted(UCS2, n, (n+ucsJoined-1)/ucsJoined, ucsSingle, ucsJoined)
	}
	widths, gsm := gsmWidths(text)
	if gsm {
		n, parts := pack(widths, gsmJoined)
		return counted(GSM7, n, parts, gsmSingle, gsmJoined)
	}
	n, parts := pack(ucsWidths(text), ucsJoined)
	return counted(UCS2, n, parts, ucsSingle, ucsJoined)
}

func counted(encoding string, n, parts, single, joined int) SMSCount {
	c := SMSCount{Encoding: encoding, Characters: n, Parts: parts, Limit: parts * joined}
	if n <= single {
		c.Parts, c.Limit = min(n, 1), single
	}
	return c
}

// gsmWidths gives the septets of each letter; false if one is not in the alphabet.
func gsmWidths(text string) ([]int, bool) {
	widths := make([]int, 0, len(text))
	for _, r := range text {
		switch {
		case strings.ContainsRune(basic, r):
			widths = append(widths, 1)
		case strings.ContainsRune(extended, r):
			widths = append(widths, 2)
		default:
			return nil, false
		}
	}
	return widths, true
}

// ucsWidths gives the UTF-16 units of each letter.
func ucsWidths(text string) []int {
	widths := make([]int, 0, len(text))
	for _, r := range text {
		width := 1
		if r > 0xffff {
			width = 2
		}
		widths = append(widths, width)
	}
	return widths
}

// pack puts letters into parts, none of them across two, and gives their width and the number of parts.
func pack(widths []int, room int) (total, parts int) {
	left := 0
	for _, width := range widths {
		total += width
		if width > left {
			parts, left = parts+1, room
		}
		left -= width
	}
	return total, parts
}
