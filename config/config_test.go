package config

import (
	"errors"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	aesKey   = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	sid      = "AC0123456789abcdef0123456789ABCDEF"
	callback = "0123456789abcdefghijklmnopqrstuvwXYZ"

	aliyun = "SMS_PROVIDER=aliyun\nSMS_API_KEY=LTAI1\nSMS_API_SECRET=s\nSMS_SIGN_NAME=签名\nSMS_TEMPLATE_CODE=SMS_1"
	twilio = "SMS_PROVIDER=twilio\nSMS_API_KEY=" + sid + "\nSMS_API_SECRET=s\nTWILIO_FROM=+15005550006"
	weChat = "WECHAT_APP_ID=wx0123456789abcdef\nWECHAT_APP_SECRET=s"
)

// load reads settings that must be right, one NAME=value each.
func load(t *testing.T, environ ...string) Config {
	t.Helper()
	cfg, err := Load(environ, nil)
	if err != nil {
		t.Fatalf("Load(%q): %v", environ, err)
	}
	return cfg
}

// problems returns the variables that an error names, and fails unless each comes with a problem and a mend.
func problems(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var list []string
	errs := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		errs = joined.Unwrap()
	}
	for _, e := range errs {
		variable, ok := errors.AsType[*VariableError](e)
		if !ok {
			t.Fatalf("not a VariableError: %v", e)
		}
		if variable.Problem == "" || variable.Mend == "" {
			t.Errorf("%s: problem %q, mend %q", variable.Name, variable.Problem, variable.Mend)
		}
		list = append(list, variable.Name)
	}
	return list
}

func TestTheVariablesAreThoseThatAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, found := range regexp.MustCompile(`(?m)^# ([A-Z_]+)=`).FindAllStringSubmatch(string(text), -1) {
		if !strings.HasSuffix(found[1], "_FILE") {
			documented = append(documented, found[1])
		}
	}
	slices.Sort(documented)
	if got := Variables(); !slices.Equal(got, documented) {
		t.Errorf("the variables are %v, documented are %v", got, documented)
	}
}

func TestAnEmptyEnvironmentGivesTheDefaults(t *testing.T) {
	want := Config{
		Email:         Email{Port: 587, RequireTLS: true, MaxConnections: 4, Sandbox: true},
		Enable:        Enable{Email: true},
		Retry:         Retry{Attempts: 3, Interval: 5 * time.Minute},
		DaysBefore:    []int{7, 3, 1},
		CheckInterval: 5 * time.Minute,
		TimeZone:      "Asia/Hong_Kong",
	}
	got := load(t)
	if got.Zone().String() != "Asia/Hong_Kong" {
		t.Errorf("Zone() = %v", got.Zone())
	}
	for _, name := range names() {
		if got.IsSet(name) {
			t.Errorf("IsSet(%s) = true", name)
		}
	}
	got.set = nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestEveryVariableReachesItsField(t *testing.T) {
	got := load(t,
		"EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST=smtp.example.com", "EMAIL_PORT=2525",
		"EMAIL_USE_TLS=False", "EMAIL_USE_SSL=False", "EMAIL_HOST_USER=apikey", "EMAIL_HOST_PASSWORD=pass",
		"DEFAULT_FROM_EMAIL=T-minus <t@example.com>", "SMTP_MAX_CONNECTIONS=100", "ADMIN_EMAIL=admin@example.com",
		"EVENT_REMINDER_ENABLE_EMAIL=False", "EVENT_REMINDER_ENABLE_SMS=True", "EVENT_REMINDER_ENABLE_WECHAT=1",
		"EVENT_REMINDER_DEFAULT_DAYS_BEFORE=[1, 14]", "EVENT_REMINDER_CHECK_INTERVAL_MINUTES=59",
		"REMINDER_RETRY_ATTEMPTS=20", "REMINDER_RETRY_INTERVAL=24h",
		"SMS_PROVIDER=Twilio", "SMS_API_KEY="+sid, "SMS_API_SECRET=token", "SMS_CALLBACK_SECRET="+callback, "SMS_SIGN_NAME=签名", "SMS_TEMPLATE_CODE=SMS_1",
		"SMS_SIGN_NAME_INTL=Sign", "SMS_TEMPLATE_CODE_INTL=SMS_2", "SMS_ENDPOINT=https://sms.example.com/",
		"TWILIO_FROM=+15005550006", "TWILIO_ENDPOINT=http://127.0.0.1:8089",
		"WECHAT_APP_ID=wx1", "WECHAT_APP_SECRET=secret", "WECHAT_TEMPLATE_ID_REMINDER=T1", "WECHAT_TOKEN=tok",
		"WECHAT_ENCODING_AES_KEY="+aesKey, "WECHAT_ENDPOINT=http://[::1]:80/wx",
		"TIME_ZONE=Europe/Paris", "PUBLIC_URL=https://t.example.com/minus", "METRICS_TOKEN=0123456789abcdef",
	)
	want := Config{
		Email: Email{
			Host: "smtp.example.com", Port: 2525, User: "apikey", Password: "pass", From: "T-minus <t@example.com>",
			MaxConnections: 100,
		},
		SMS: SMS{
			Provider: "twilio", APIKey: sid, APISecret: "token", CallbackSecret: callback, SignName: "签名", TemplateCode: "SMS_1",
			SignNameIntl: "Sign", TemplateCodeIntl: "SMS_2", Endpoint: "https://sms.example.com",
			TwilioFrom: "+15005550006", TwilioEndpoint: "http://127.0.0.1:8089",
		},
		WeChat: WeChat{
			AppID: "wx1", AppSecret: "secret", TemplateID: "T1", Token: "tok", EncodingAESKey: aesKey,
			Endpoint: "http://[::1]:80/wx",
		},
		Enable:        Enable{SMS: true, WeChat: true},
		Retry:         Retry{Attempts: 20, Interval: 24 * time.Hour},
		AdminEmail:    "admin@example.com",
		DaysBefore:    []int{14, 1},
		CheckInterval: 59 * time.Minute,
		TimeZone:      "Europe/Paris",
		PublicURL:     "https://t.example.com/minus",
		MetricsToken:  "0123456789abcdef",
	}
	for _, name := range names() {
		if !strings.HasSuffix(name, fileSuffix) && !got.IsSet(name) {
			t.Errorf("IsSet(%s) = false", name)
		}
	}
	got.set = nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestEmailSettingsFollowFromEachOther(t *testing.T) {
	const host, from = "EMAIL_HOST=smtp.example.com", "DEFAULT_FROM_EMAIL=t@example.com"
	type want struct {
		port              int
		implicit, require bool
		from              string
		sandbox           bool
	}
	tests := map[string]struct {
		environ []string
		want    want
	}{
		"STARTTLS by default":       {[]string{host, from}, want{587, false, true, "t@example.com", false}},
		"plain text when allowed":   {[]string{host, from, "EMAIL_USE_TLS=no"}, want{587, false, false, "t@example.com", false}},
		"SSL moves the port":        {[]string{host, from, "EMAIL_USE_SSL=yes"}, want{465, true, true, "t@example.com", false}},
		"SSL on a port of its own":  {[]string{host, from, "EMAIL_USE_SSL=1", "EMAIL_PORT=4650"}, want{4650, true, true, "t@example.com", false}},
		"SSL in place of STARTTLS":  {[]string{host, from, "EMAIL_USE_SSL=1", "EMAIL_USE_TLS=0"}, want{465, true, true, "t@example.com", false}},
		"port 465 implies SSL":      {[]string{host, from, "EMAIL_PORT=465", "EMAIL_USE_TLS=1"}, want{465, true, true, "t@example.com", false}},
		"the user is the sender":    {[]string{host, "EMAIL_HOST_USER=u@example.com"}, want{587, false, true, "u@example.com", false}},
		"the sender is given":       {[]string{host, from, "EMAIL_HOST_USER=u@example.com"}, want{587, false, true, "t@example.com", false}},
		"no host":                   {[]string{from}, want{587, false, true, "t@example.com", true}},
		"console backend":           {[]string{host, "EMAIL_BACKEND=django.core.mail.backends.console.EmailBackend"}, want{587, false, true, "", true}},
		"file backend":              {[]string{host, from, "EMAIL_BACKEND=django.core.mail.backends.filebased.EmailBackend"}, want{587, false, true, "t@example.com", true}},
		"locmem backend":            {[]string{host, from, "EMAIL_BACKEND=django.core.mail.backends.locmem.EmailBackend"}, want{587, false, true, "t@example.com", true}},
		"dummy backend":             {[]string{host, from, "EMAIL_BACKEND=Dummy"}, want{587, false, true, "t@example.com", true}},
		"smtp backend":              {[]string{host, from, "EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend"}, want{587, false, true, "t@example.com", false}},
		"an IPv6 address is a host": {[]string{"EMAIL_HOST=::1", from}, want{587, false, true, "t@example.com", false}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			email := load(t, test.environ...).Email
			got := want{email.Port, email.ImplicitTLS, email.RequireTLS, email.From, email.Sandbox}
			if got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// without leaves one variable out of an environment.
func without(environ, name string) string {
	lines := strings.Split(environ, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, name+"=") }), "\n")
}

func TestWhatAProviderNeedsIsEnough(t *testing.T) {
	for _, environ := range []string{
		aliyun, twilio, weChat, twilio + "\nTWILIO_FROM=12345", twilio + "\nTWILIO_FROM=MG" + sid[2:], twilio + "\nTWILIO_FROM=Peak 2",
		weChat + "\nWECHAT_TOKEN=tok\nWECHAT_ENCODING_AES_KEY=" + aesKey,
	} {
		if cfg := load(t, strings.Split(environ, "\n")...); len(cfg.Notices) != 0 {
			t.Errorf("%q: notices %q", environ, cfg.Notices)
		}
	}
}

func TestAProviderWithoutAnAccountIsLeftOverFromAnExampleWhileSMSIsOff(t *testing.T) {
	cfg := load(t, "SMS_PROVIDER=aliyun", "SMS_API_KEY=", "SMS_API_SECRET=")
	if cfg.SMS.Provider != "" || len(cfg.Notices) != 1 || !strings.Contains(cfg.Notices[0], "SMS_PROVIDER") {
		t.Errorf("the provider is %q, with the notices %q", cfg.SMS.Provider, cfg.Notices)
	}
	_, err := Load([]string{"SMS_PROVIDER=aliyun", "EVENT_REMINDER_ENABLE_SMS=true"}, nil)
	want := []string{"SMS_API_KEY", "SMS_API_SECRET", "SMS_SIGN_NAME", "SMS_TEMPLATE_CODE"}
	if got := problems(t, err); !slices.Equal(got, want) {
		t.Errorf("with SMS on: got %q, want %q", got, want)
	}
}

func TestInternationalSMSDefaultsToTheDomesticOne(t *testing.T) {
	sms := load(t, "SMS_SIGN_NAME=签名", "SMS_TEMPLATE_CODE=SMS_1").SMS
	if sms.SignNameIntl != "签名" || sms.TemplateCodeIntl != "SMS_1" {
		t.Errorf("got %+v", sms)
	}
}

func TestWrongValuesNameTheirVariable(t *testing.T) {
	const host, from = "EMAIL_HOST=smtp.example.com", "DEFAULT_FROM_EMAIL=t@example.com"
	tests := map[string][]string{ // the wrong variable → the environments that are wrong
		"EMAIL_HOST": {
			from + "\nEMAIL_HOST=smtp.example.com:587", from + "\nEMAIL_HOST=smtp://example.com", from + "\nEMAIL_HOST=a b",
			from + "\nEMAIL_BACKEND=smtp",
		},
		"EMAIL_PORT":           {"EMAIL_PORT=0", "EMAIL_PORT=65536", "EMAIL_PORT=smtp", "EMAIL_PORT=5.87"},
		"EMAIL_USE_TLS":        {"EMAIL_USE_TLS=maybe", "EMAIL_USE_TLS=2"},
		"EMAIL_USE_SSL":        {"EMAIL_USE_SSL=ssl", "EMAIL_USE_SSL=True\nEMAIL_USE_TLS=True"},
		"EMAIL_BACKEND":        {"EMAIL_BACKEND=anymail.backends.mailgun.EmailBackend", "EMAIL_BACKEND=filebased.smtp"},
		"DEFAULT_FROM_EMAIL":   {host, host + "\nEMAIL_HOST_USER=apikey", "DEFAULT_FROM_EMAIL=T-minus", "DEFAULT_FROM_EMAIL=a@b.com, c@d.com"},
		"ADMIN_EMAIL":          {"ADMIN_EMAIL=admin", "ADMIN_EMAIL=Admin <a@example.com>", "ADMIN_EMAIL=a@b.com,c@d.com"},
		"SMTP_MAX_CONNECTIONS": {"SMTP_MAX_CONNECTIONS=0", "SMTP_MAX_CONNECTIONS=101"},

		"EVENT_REMINDER_ENABLE_EMAIL":           {"EVENT_REMINDER_ENABLE_EMAIL=ja"},
		"EVENT_REMINDER_DEFAULT_DAYS_BEFORE":    {"EVENT_REMINDER_DEFAULT_DAYS_BEFORE=7,x"},
		"EVENT_REMINDER_CHECK_INTERVAL_MINUTES": {"EVENT_REMINDER_CHECK_INTERVAL_MINUTES=0", "EVENT_REMINDER_CHECK_INTERVAL_MINUTES=60", "EVENT_REMINDER_CHECK_INTERVAL_MINUTES=5m"},
		"REMINDER_RETRY_ATTEMPTS":               {"REMINDER_RETRY_ATTEMPTS=0", "REMINDER_RETRY_ATTEMPTS=21", "REMINDER_RETRY_ATTEMPTS=99999999999999999999"},
		"REMINDER_RETRY_INTERVAL":               {"REMINDER_RETRY_INTERVAL=0", "REMINDER_RETRY_INTERVAL=999ms", "REMINDER_RETRY_INTERVAL=24h1s", "REMINDER_RETRY_INTERVAL=-5m", "REMINDER_RETRY_INTERVAL=5 minutes", "REMINDER_RETRY_INTERVAL=."},

		"SMS_PROVIDER":      {"SMS_PROVIDER=nexmo"},
		"SMS_API_KEY":       {without(aliyun, "SMS_API_KEY"), without(twilio, "SMS_API_KEY"), twilio + "\nSMS_API_KEY=SK" + sid[2:], twilio + "\nSMS_API_KEY=" + sid + "0"},
		"SMS_API_SECRET":    {without(aliyun, "SMS_API_SECRET"), without(twilio, "SMS_API_SECRET")},
		"SMS_SIGN_NAME":     {without(aliyun, "SMS_SIGN_NAME"), aliyun + "\nSMS_SIGN_NAME=【签名】"},
		"SMS_TEMPLATE_CODE": {without(aliyun, "SMS_TEMPLATE_CODE")},
		"SMS_SIGN_NAME_INTL": {
			aliyun + "\nSMS_SIGN_NAME_INTL=[Sign]",
		},
		"SMS_CALLBACK_SECRET": {
			"SMS_CALLBACK_SECRET=" + callback[:31], aliyun + "\nSMS_CALLBACK_SECRET=" + callback + "/", "SMS_CALLBACK_SECRET=" + strings.Repeat("a", 129),
		},
		"TWILIO_FROM": {
			without(twilio, "TWILIO_FROM"), twilio + "\nTWILIO_FROM=15005550006", twilio + "\nTWILIO_FROM=+1 500 555 0006", twilio + "\nTWILIO_FROM=公司",
			twilio + "\nTWILIO_FROM=MG0123456789ab", twilio + "\nTWILIO_FROM=Victoria Peak",
		},
		"WECHAT_APP_ID":     {"WECHAT_APP_SECRET=s", weChat + "\nWECHAT_APP_ID=gh_0123456789ab", weChat + "\nWECHAT_APP_ID=wx/../x"},
		"WECHAT_APP_SECRET": {"WECHAT_APP_ID=wx0123456789abcdef"},
		"WECHAT_TOKEN":      {weChat + "\nWECHAT_TOKEN=ab", weChat + "\nWECHAT_TOKEN=" + strings.Repeat("a", 33), "WECHAT_TOKEN=a-b-c", weChat + "\nWECHAT_ENCODING_AES_KEY=" + aesKey},
		"SMS_ENDPOINT":      {"SMS_ENDPOINT=dysmsapi.aliyuncs.com", "SMS_ENDPOINT=http://dysmsapi.aliyuncs.com", "SMS_ENDPOINT=http://10.0.0.1"},
		"TWILIO_ENDPOINT": {
			"TWILIO_ENDPOINT=ftp://localhost", "TWILIO_ENDPOINT=http://localhost.example.com", "TWILIO_ENDPOINT=http://localhost@example.com",
			"TWILIO_ENDPOINT=https://api.twilio.com?x=1", "TWILIO_ENDPOINT=https://:443",
		},
		"WECHAT_ENDPOINT":         {"WECHAT_ENDPOINT=https://api.weixin.qq.com#a", "WECHAT_ENDPOINT=https://x:65536", "WECHAT_ENDPOINT=https://u:p@x"},
		"WECHAT_ENCODING_AES_KEY": {"WECHAT_ENCODING_AES_KEY=" + aesKey[1:], "WECHAT_ENCODING_AES_KEY=" + aesKey + "A", "WECHAT_ENCODING_AES_KEY=" + aesKey[1:] + "!"},

		"TIME_ZONE":     {"TIME_ZONE=Local", "TIME_ZONE=Hongkong/Asia", "TIME_ZONE=UTC+8", "TIME_ZONE=../../etc/passwd"},
		"PUBLIC_URL":    {"PUBLIC_URL=t.example.com", "PUBLIC_URL=/minus", "PUBLIC_URL=https://t.example.com/", "PUBLIC_URL=https://t.example.com?", "PUBLIC_URL=https://t.example.com#", "PUBLIC_URL=ftp://t.example.com", "PUBLIC_URL=https://a:b@t.example.com", "PUBLIC_URL=https://a b"},
		"METRICS_TOKEN": {"METRICS_TOKEN=0123456789abcde"},
	}
	for name, environs := range tests {
		for _, environ := range environs {
			_, err := Load(strings.Split(environ, "\n"), nil)
			if got := problems(t, err); !slices.Equal(got, []string{name}) {
				t.Errorf("%q: got %q, want %s alone", environ, got, name)
			}
		}
	}
}

func TestAllWrongValuesAreReportedAtOnce(t *testing.T) {
	cfg, err := Load([]string{"TIME_ZONE=Mars", "EMAIL_PORT=x", "EMAIL_HOST=h:1", "METRICS_TOKEN=short", "ADMIN_EMAIL=x"}, nil)
	want := []string{"ADMIN_EMAIL", "DEFAULT_FROM_EMAIL", "EMAIL_HOST", "EMAIL_PORT", "METRICS_TOKEN", "TIME_ZONE"}
	if got := problems(t, err); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !reflect.DeepEqual(cfg, Config{}) {
		t.Errorf("a Config came with the error: %+v", cfg)
	}
}

func TestCeleryIsIgnoredWithANotice(t *testing.T) {
	cfg := load(t, "CELERY_RESULT_BACKEND=redis://x", "CELERY_BROKER_URL=redis://x", "CELERY_EMPTY=", "DEBUG=True")
	want := []string{"Ignored, since T-minus needs neither Celery nor Redis: CELERY_BROKER_URL, CELERY_RESULT_BACKEND."}
	if !slices.Equal(cfg.Notices, want) {
		t.Errorf("got %q", cfg.Notices)
	}
}

func TestZoneOfAConfigMadeByHand(t *testing.T) {
	for name, want := range map[string]string{"": "UTC", "Mars": "UTC", "Asia/Tokyo": "Asia/Tokyo"} {
		if got := (Config{TimeZone: name}).Zone().String(); got != want {
			t.Errorf("%q: got %s", name, got)
		}
	}
}

func TestTheExampleFileNamesEveryVariableWithItsDefault(t *testing.T) {
	text, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	assignment := regexp.MustCompile(`(?m)^# ([A-Z_]+=.*)$`)
	var listed []string
	for _, match := range assignment.FindAllStringSubmatch(string(text), -1) {
		name, _, _ := strings.Cut(match[1], "=")
		listed = append(listed, name)
	}
	if got, want := slices.Sorted(slices.Values(listed)), slices.Sorted(slices.Values(names())); !slices.Equal(got, want) {
		t.Errorf("the example: %q\nthe package: %q", got, want)
	}

	asShown, err := Load(nil, strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	everythingSet, err := Load(nil, strings.NewReader(assignment.ReplaceAllString(string(text), "$1")))
	if err != nil {
		t.Fatal(err)
	}
	everythingSet.set, asShown.set = nil, nil
	if !reflect.DeepEqual(everythingSet, asShown) {
		t.Errorf("the values shown: %+v\nthe defaults: %+v", everythingSet, asShown)
	}
}
