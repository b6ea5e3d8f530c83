package wechatserver

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

const (
	clock = `\d{1,2}:\d{2}(:\d{2})?`
	day   = `(\d{4}年\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})`
)

// valueRules are what the platform takes, by the key's prefix. Source: 订阅消息参数值内容限制说明, in
// https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
var valueRules = map[string]*regexp.Regexp{
	"number":           regexp.MustCompile(`^-?\d{1,32}(\.\d+)?$`),
	"letter":           regexp.MustCompile(`^[A-Za-z]{1,32}$`),
	"symbol":           regexp.MustCompile(`^[^\p{L}\p{N}]{1,5}$`),
	"character_string": regexp.MustCompile(`^[\x20-\x7e]{1,32}$`),
	"time":             regexp.MustCompile(`^(` + day + ` )?` + clock + `(~(` + day + ` )?` + clock + `)?$`),
	"date":             regexp.MustCompile(`^` + day + `( ` + clock + `)?(~` + day + `( ` + clock + `)?)?$`),
	"amount":           regexp.MustCompile(`^[¥￥$€£]?\d{1,10}(\.\d+)?元?$`),
	"phone_number":     regexp.MustCompile(`^[0-9+() -]{1,17}$`),
	"car_number":       regexp.MustCompile(`^[\p{Han}A-Za-z0-9]{1,8}$`),
	"name":             regexp.MustCompile(`^([\p{Han}]{1,10}|[^\p{Han}\p{N}]{1,20}|[^\p{N}]{1,10})$`),
	"phrase":           regexp.MustCompile(`^[\p{Han}]{1,5}$`),
	"const":            regexp.MustCompile(`^.{1,20}$`),
	"enum":             regexp.MustCompile(`^.{1,20}$`),
}

var keyPattern = regexp.MustCompile(`\{\{(\w+)\.DATA\}\}`)

// wrongValue gives the first key whose value the platform would refuse: missing, unknown, empty, too long, of several
// lines, or of another form than its prefix wants.
func wrongValue(content string, in sendRequest) string {
	var keys []string
	for _, m := range keyPattern.FindAllStringSubmatch(content, -1) {
		keys = append(keys, m[1])
	}
	for _, key := range keys {
		if d, given := in.Data[key]; !given || !suits(key, d.Value) {
			return key
		}
	}
	for key := range in.Data {
		if !slices.Contains(keys, key) {
			return key
		}
	}
	return ""
}

func suits(key, value string) bool {
	if strings.TrimSpace(value) == "" || strings.ContainsFunc(value, unicode.IsControl) {
		return false
	}
	prefix := strings.TrimRight(key, "0123456789")
	switch rule := valueRules[prefix]; {
	case rule != nil:
		return rule.MatchString(value)
	case prefix == "thing":
		return len(utf16.Encode([]rune(value))) <= 20
	}
	return true // the old templates' first, keyword1, remark
}

// button is one entry of a menu.
type button struct {
	Type string   `json:"type"`
	Name string   `json:"name"`
	Key  string   `json:"key"`
	URL  string   `json:"url"`
	Sub  []button `json:"sub_button"`
}

// menuRefused holds a menu against its rules.
//
// https://developers.weixin.qq.com/doc/service/guide/product/menu/intro.html
func menuRefused(buttons []button, below bool) object {
	most, nameSize := 3, 16
	if below {
		most, nameSize = 5, 60
	}
	if n := len(buttons); n < 1 || n > most {
		return refused(40016, "invalid button size")
	}
	for _, b := range buttons {
		switch {
		case b.Name == "" || len(b.Name) > nameSize:
			return refused(40018, "invalid button name size")
		case len(b.Sub) > 0 && below:
			return refused(40022, "invalid sub button level")
		case len(b.Sub) > 0:
			if bad := menuRefused(b.Sub, true); bad != nil {
				return bad
			}
		case b.Type == "view" && (len(b.URL) > 1024 || !strings.HasPrefix(b.URL, "http")):
			return refused(40020, "invalid button url size")
		case b.Type == "click" && (b.Key == "" || len(b.Key) > 128):
			return refused(40019, "invalid button key size")
		case b.Type != "view" && b.Type != "click":
			return refused(40017, "invalid button type")
		}
	}
	return nil
}
