package commands_test

import (
	"net/http"
	"strings"
	"testing"

	"tminus/apptest/aliyunserver"
	"tminus/apptest/twilioserver"
	"tminus/apptest/wechatserver"
)

func aliyunVariables(s *aliyunserver.Server, more ...string) []string {
	return append([]string{
		"SMS_PROVIDER=aliyun", "SMS_API_KEY=" + aliyunserver.KeyID, "SMS_API_SECRET=" + aliyunserver.Secret, "SMS_SIGN_NAME=" + aliyunserver.Sign,
		"SMS_TEMPLATE_CODE=" + aliyunserver.Template, "SMS_TEMPLATE_CODE_INTL=" + aliyunserver.TemplateAbroad, "SMS_ENDPOINT=" + s.URL(),
	}, more...)
}

func twilioVariables(s *twilioserver.Server, more ...string) []string {
	return append([]string{
		"SMS_PROVIDER=twilio", "SMS_API_KEY=" + twilioserver.AccountSID, "SMS_API_SECRET=" + twilioserver.AuthToken,
		"TWILIO_FROM=" + twilioserver.From, "TWILIO_ENDPOINT=" + s.URL(),
	}, more...)
}

func weChatVariables(s *wechatserver.Server, more ...string) []string {
	return append([]string{
		"WECHAT_APP_ID=" + s.AppID(), "WECHAT_APP_SECRET=" + s.AppSecret(), "WECHAT_TEMPLATE_ID_REMINDER=" + wechatserver.TemplateID,
		"WECHAT_ENDPOINT=" + s.URL(),
	}, more...)
}

func TestNotifySendsOneSMSOrWeChatMessage(t *testing.T) {
	t.Parallel()
	gateway, twilio, account := aliyunserver.Start(t), twilioserver.Start(t), wechatserver.Start(t)

	s := newShell(t, aliyunVariables(gateway)...)
	for _, number := range []string{"+8613800138000", "+85291234567"} {
		has(t, s.succeeds("notify", "sms", number), "Accepted by aliyun for "+number, "Provider's id: ")
	}
	if got := gateway.Messages(); len(got) != 2 || got[0].Template != aliyunserver.Template || got[1].Template != aliyunserver.TemplateAbroad {
		t.Errorf("Aliyun has %+v", got)
	}

	s = newShell(t, twilioVariables(twilio)...)
	has(t, s.succeeds("notify", "sms", "+85291234567"), "Accepted by twilio", "Provider's id: SM")
	if got := twilio.Messages(); len(got) != 1 || got[0].To != "+85291234567" {
		t.Errorf("Twilio has %+v", got)
	}

	s = newShell(t, weChatVariables(account)...)
	has(t, s.succeeds("notify", "wechat", "oVPI-demo-0123456789"), "Accepted by wechat", "Provider's id: 2001638")
	if got := account.MessagesTo("oVPI-demo-0123456789"); len(got) != 1 {
		t.Errorf("WeChat has %+v", got)
	}
	has(t, s.fails("notify", "wechat", "unfollowed-0123456789"), "class: permanent", "does not follow")
}

func TestDoctorChecksSMSAndWeChatAndSaysWhatToEnter(t *testing.T) {
	t.Parallel()
	gateway, twilio, account := aliyunserver.Start(t), twilioserver.Start(t), wechatserver.Start(t)
	public := "PUBLIC_URL=https://reminders.example.com"
	secret := strings.Repeat("0123456789abcdef", 2)
	callbacks := []string{"WECHAT_TOKEN=" + account.Token(), "WECHAT_ENCODING_AES_KEY=" + account.EncodingAESKey()}

	s := newShell(t, append(aliyunVariables(gateway, public, "SMS_CALLBACK_SECRET="+secret), weChatVariables(account, callbacks...)...)...)
	output := s.succeeds("doctor")
	has(t, output, "ok    sms: aliyun answers", "ok    wechat: wechat answers", "reminders do not use it; set EVENT_REMINDER_ENABLE_SMS=true",
		"note  sms receipts: enter https://reminders.example.com/api/tminus/callbacks/aliyun/"+secret+" in",
		"note  wechat events: enter https://reminders.example.com/api/tminus/callbacks/wechat in")
	lacks(t, output, "FAIL", "cannot report", account.AppSecret(), aliyunserver.Secret, account.Token())
	if len(gateway.Messages())+len(account.Messages()) != 0 {
		t.Error("the doctor sent something")
	}
	notMade(t, s.dir)

	s.environ = append(aliyunVariables(gateway), weChatVariables(account)...)
	has(t, s.succeeds("doctor"), "note  sms receipts: the address is made when", "Aliyun cannot report to this server, since PUBLIC_URL is not set",
		"note  wechat events: none arrive, since WECHAT_TOKEN is not set")

	s.environ = twilioVariables(twilio, public)
	has(t, s.succeeds("doctor"), "ok    sms: twilio answers", "ok    sms receipts: Twilio is told the address")
	s.environ = twilioVariables(twilio, "PUBLIC_URL=http://reminders.example.com")
	has(t, s.succeeds("doctor"), "Twilio cannot report, since PUBLIC_URL is not https")

	twilio.Everything(twilioserver.Refuse(http.StatusUnauthorized, 20003, "Authenticate"))
	account.Fail("stable_token", 40125, "invalid appsecret")
	s.environ = append(twilioVariables(twilio, public), weChatVariables(account)...)
	output, failure := s.run("doctor")
	has(t, output, "FAIL  sms: the credentials are wrong", "FAIL  wechat: the credentials are wrong")
	has(t, failure, "2 checks failed")
	lacks(t, output, account.AppSecret(), twilioserver.AuthToken)
}

func TestTheMenuIsSetInTheCompanysLanguage(t *testing.T) {
	t.Parallel()
	account := wechatserver.Start(t)
	s := newShell(t, weChatVariables(account, "PUBLIC_URL=https://reminders.example.com")...)
	has(t, s.succeeds("wechat", "menu", "--dry-run"), "My reminders  https://reminders.example.com/?who=mine", "Today  https://reminders.example.com/?who=all", "Nothing was changed.")
	if got := account.MenuURLs(); len(got) != 0 {
		t.Errorf("a dry run set %v", got)
	}
	has(t, s.succeeds("wechat", "menu"), "The menu is set.")
	if got := account.MenuURLs(); len(got) != 2 || got["My reminders"] != "https://reminders.example.com/?who=mine" || got["Today"] != "https://reminders.example.com/?who=all" {
		t.Errorf("the menu is %v", got)
	}
	account.Fail("menu/create", 48001, "api unauthorized")
	has(t, s.fails("wechat", "menu"), "48001", "verified account")

	has(t, newShell(t, weChatVariables(account)...).fails("wechat", "menu"), "set PUBLIC_URL")
	has(t, newShell(t).fails("wechat", "menu"), "WECHAT_APP_ID is not set")
}
