package config

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

const aesKeyLength = 43

var (
	// Twilio's identifiers: https://www.twilio.com/docs/glossary/what-is-a-sid
	accountSID       = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`) })
	messagingService = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^MG[0-9a-fA-F]{32}$`) })
	// E.164, or a short code: https://www.twilio.com/docs/glossary/what-is-a-short-code
	senderNumber = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[0-9]{3,8})$`)
	// An alphanumeric sender ID has a letter: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id
	senderName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^#?[A-Za-z0-9 +_&-]{1,11}$`) })

	callbackSecret = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9]{32,128}$`) })
	weChatAppID    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^wx[0-9A-Za-z]{1,62}$`) })
	weChatToken    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9A-Za-z]{3,32}$`) }) // as the platform's console takes it
)

// need is a variable that a provider cannot do without, and where its value is found.
type need struct{ name, value, mend string }

func (v *variables) checkSMS(found *findings) {
	sms := &v.SMS
	given := sms.Provider
	sms.Provider = strings.ToLower(given)
	sms.SignNameIntl = cmp.Or(sms.SignNameIntl, sms.SignName)
	sms.TemplateCodeIntl = cmp.Or(sms.TemplateCodeIntl, sms.TemplateCode)
	sms.Endpoint = checkEndpoint("SMS_ENDPOINT", sms.Endpoint, found)
	sms.TwilioEndpoint = checkEndpoint("TWILIO_ENDPOINT", sms.TwilioEndpoint, found)
	if sms.CallbackSecret != "" && !callbackSecret().MatchString(sms.CallbackSecret) {
		found.add("SMS_CALLBACK_SECRET", "is not of 32 to 128 letters and digits", "make a random one, such as the output of: openssl rand -hex 32")
	}
	switch sms.Provider {
	case "":
	case Aliyun:
		v.demandSMS(found,
			need{"SMS_API_KEY", sms.APIKey, "set it to the AccessKey ID, of a RAM user that may send SMS"},
			need{"SMS_API_SECRET", sms.APISecret, "set it to the AccessKey secret"},
			need{"SMS_SIGN_NAME", sms.SignName, "set it to the approved signature, without its brackets 【】"},
			need{"SMS_TEMPLATE_CODE", sms.TemplateCode, "set it to the approved template's code, such as SMS_123456789"})
		checkSignature("SMS_SIGN_NAME", sms.SignName, found)
		if v.IsSet("SMS_SIGN_NAME_INTL") {
			checkSignature("SMS_SIGN_NAME_INTL", sms.SignNameIntl, found)
		}
	case Twilio:
		v.demandSMS(found,
			need{"SMS_API_KEY", sms.APIKey, "set it to the Account SID"},
			need{"SMS_API_SECRET", sms.APISecret, "set it to the auth token"},
			need{"TWILIO_FROM", sms.TwilioFrom, "set it to the number that messages come from, such as +15005550006"})
		checkTwilio(sms, found)
	default:
		found.add("SMS_PROVIDER", fmt.Sprintf("%q is not a provider that T-minus knows", given), "write aliyun or twilio, or remove it")
	}
}

// demandSMS wants everything that the provider needs. A provider without an account, while reminders do not use SMS, is
// what is left of an example file: it is told of, and there is none.
func (v *variables) demandSMS(found *findings, needs ...need) {
	provider := v.SMS.Provider
	if !v.Enable.SMS && v.SMS.APIKey == "" && v.SMS.APISecret == "" {
		v.Notices = append(v.Notices, "Ignored, since it comes without SMS_API_KEY and SMS_API_SECRET and reminders do not use SMS: SMS_PROVIDER.")
		v.SMS.Provider = ""
		return
	}
	for _, n := range needs {
		if n.value == "" && !found.has(n.name+fileSuffix) { // a file that cannot be read was told of
			found.add(n.name, "is not set although SMS_PROVIDER is "+provider, n.mend)
		}
	}
}

func checkSignature(name, value string, found *findings) {
	if strings.ContainsAny(value, "【】[]") {
		found.add(name, "holds the brackets of the signature", "write what stands between them; Aliyun adds them")
	}
}

func checkTwilio(sms *SMS, found *findings) {
	if sms.APIKey != "" && !accountSID().MatchString(sms.APIKey) {
		found.add("SMS_API_KEY", "is not an Account SID", "copy the Account SID, AC and 32 digits and letters, from the first page of the Twilio console, not an API key (SK…)")
	}
	from := sms.TwilioFrom
	name := senderName().MatchString(from) && strings.ContainsAny(strings.ToLower(from), "abcdefghijklmnopqrstuvwxyz")
	if from != "" && !name && !senderNumber.MatchString(from) && !messagingService().MatchString(from) {
		found.add("TWILIO_FROM", "is not a sender",
			"write a number such as +15005550006, a short code, a name of up to 11 letters and digits, or a messaging service (MG…)")
	}
}

func (v *variables) checkWeChat(found *findings) {
	account := &v.WeChat
	account.Endpoint = checkEndpoint("WECHAT_ENDPOINT", account.Endpoint, found)
	switch {
	case account.AppID != "" && !weChatAppID().MatchString(account.AppID):
		found.add("WECHAT_APP_ID", "is not an AppID", "copy it from the account's basic settings; it begins with wx")
	case account.AppID != "" && account.AppSecret == "" && !found.has("WECHAT_APP_SECRET"+fileSuffix):
		found.add("WECHAT_APP_SECRET", "is not set although WECHAT_APP_ID is", "set it to the account's AppSecret, or remove WECHAT_APP_ID")
	case account.AppID == "" && account.AppSecret != "":
		found.add("WECHAT_APP_ID", "is not set although WECHAT_APP_SECRET is", "set it to the account's AppID, or remove WECHAT_APP_SECRET")
	}
	if account.Token != "" && !weChatToken().MatchString(account.Token) {
		found.add("WECHAT_TOKEN", "is not of 3 to 32 letters and digits", "copy the Token from the account's server settings")
	}
	key := account.EncodingAESKey
	if key == "" {
		return
	}
	// The key is base64 without its padding, so the length alone does not make it one.
	if _, err := base64.StdEncoding.DecodeString(key + "="); err != nil || len(key) != aesKeyLength {
		found.add("WECHAT_ENCODING_AES_KEY", "is not a key of 43 letters and digits",
			"copy the EncodingAESKey from the account's server settings")
	}
	if account.Token == "" && account.AppID != "" && !found.has("WECHAT_TOKEN"+fileSuffix) {
		found.add("WECHAT_TOKEN", "is not set although WECHAT_ENCODING_AES_KEY is", "copy the Token from the account's server settings too")
	}
}
