// Package config is the settings of one T-minus process: typed, read from its environment and validated at the start.
//
// Nothing here reads the process's environment itself: main hands it over, so that a test can hand over another.
package config

import (
	"io"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is what the operator set, completed by the defaults. The tags name each field's variable and its default; what
// a field holds beyond that is said beside it. A string that is not set is empty.
type Config struct {
	Email  Email
	SMS    SMS
	WeChat WeChat
	Enable Enable
	Retry  Retry

	AdminEmail    string        `env:"ADMIN_EMAIL"`                                           // an address without a display name
	DaysBefore    []int         `env:"EVENT_REMINDER_DEFAULT_DAYS_BEFORE" envDefault:"7,3,1"` // different days, 0 to 365, the largest first; at least one
	CheckInterval time.Duration // EVENT_REMINDER_CHECK_INTERVAL_MINUTES, 1 to 59
	TimeZone      string        `env:"TIME_ZONE" envDefault:"Asia/Hong_Kong"` // an IANA name that this machine knows
	PublicURL     string        `env:"PUBLIC_URL"`                            // http or https, without trailing slash, query or fragment
	MetricsToken  string        `env:"METRICS_TOKEN"`                         // at least 16 characters

	// Notices are sentences for the operator about what was read but does nothing.
	Notices []string

	set map[string]bool
}

// Email is how to reach the SMTP server.
type Email struct {
	Host           string `env:"EMAIL_HOST"`                       // a name or an IP address, without port
	Port           int    `env:"EMAIL_PORT"`                       // 587, or 465 with EMAIL_USE_SSL, unless set
	ImplicitTLS    bool   `env:"EMAIL_USE_SSL" envDefault:"false"` // TLS from the first byte (RFC 8314 §3.3); true on port 465
	RequireTLS     bool   `env:"EMAIL_USE_TLS" envDefault:"true"`  // nothing leaves unencrypted: STARTTLS or ImplicitTLS
	User           string `env:"EMAIL_HOST_USER"`
	Password       string `env:"EMAIL_HOST_PASSWORD"`
	From           string `env:"DEFAULT_FROM_EMAIL"`                  // as given, with or without display name (RFC 5322); User if that is an address
	MaxConnections int    `env:"SMTP_MAX_CONNECTIONS" envDefault:"4"` // 1 to 100
	Sandbox        bool   // no EMAIL_HOST, or EMAIL_BACKEND names a backend that sends nothing
}

// The providers of SMS.
const (
	Aliyun = "aliyun"
	Twilio = "twilio"
)

// SMS is the chosen provider and its account. With Twilio APIKey is the AccountSid and APISecret the AuthToken. Where a
// Provider is set, everything that it cannot do without is.
type SMS struct {
	Provider         string `env:"SMS_PROVIDER"` // aliyun, twilio or empty
	APIKey           string `env:"SMS_API_KEY"`
	APISecret        string `env:"SMS_API_SECRET"`
	SignName         string `env:"SMS_SIGN_NAME"`
	TemplateCode     string `env:"SMS_TEMPLATE_CODE"`
	SignNameIntl     string `env:"SMS_SIGN_NAME_INTL"`     // SignName unless set
	TemplateCodeIntl string `env:"SMS_TEMPLATE_CODE_INTL"` // TemplateCode unless set
	Endpoint         string `env:"SMS_ENDPOINT"`           // Aliyun's; a URL without trailing slash, empty for the vendor's own
	CallbackSecret   string `env:"SMS_CALLBACK_SECRET"`    // Aliyun's; 32 to 128 letters and digits
	TwilioFrom       string `env:"TWILIO_FROM"`            // a number, a short code, a sender's name or a messaging service
	TwilioEndpoint   string `env:"TWILIO_ENDPOINT"`        // as Endpoint
}

// WeChat is the official account that sends. AppID and AppSecret are set together.
type WeChat struct {
	AppID          string `env:"WECHAT_APP_ID"`
	AppSecret      string `env:"WECHAT_APP_SECRET"`
	TemplateID     string `env:"WECHAT_TEMPLATE_ID_REMINDER"`
	Token          string `env:"WECHAT_TOKEN"`            // 3 to 32 letters and digits
	EncodingAESKey string `env:"WECHAT_ENCODING_AES_KEY"` // 43 characters of base64, 32 bytes
	Endpoint       string `env:"WECHAT_ENDPOINT"`         // a URL without trailing slash, empty for the vendor's own
}

// Enable says which channels reminders take.
type Enable struct {
	Email  bool `env:"EVENT_REMINDER_ENABLE_EMAIL" envDefault:"true"`
	SMS    bool `env:"EVENT_REMINDER_ENABLE_SMS" envDefault:"false"`
	WeChat bool `env:"EVENT_REMINDER_ENABLE_WECHAT" envDefault:"false"`
}

// Retry is how often, and how long apart, a transient failure is tried.
type Retry struct {
	Attempts int           `env:"REMINDER_RETRY_ATTEMPTS" envDefault:"3"`  // the first one included, 1 to 20
	Interval time.Duration `env:"REMINDER_RETRY_INTERVAL" envDefault:"5m"` // 1s to 24h
}

// variables is Config and those variables that become a setting only when they are checked.
type variables struct {
	Config
	Backend      string `env:"EMAIL_BACKEND"`
	CheckMinutes int    `env:"EVENT_REMINDER_CHECK_INTERVAL_MINUTES" envDefault:"5"`
}

// Load reads the settings from environ, NAME=value as os.Environ gives them, and from the text of a .env file, which may
// be nil; environ wins. Surrounding spaces are dropped and an empty value counts as not set. Apart from dotenv it reads
// only the files that NAME_FILE variables point at.
//
// The error joins (errors.Join) one *VariableError for each wrong variable, in the order of their names, and never holds
// a secret's value. If dotenv cannot be read, that alone is the error. The Config beside an error is empty.
func Load(environ []string, dotenv io.Reader) (Config, error) {
	vars, err := readVariables(environ, dotenv)
	if err != nil {
		return Config{}, err
	}
	var found findings
	readSecretFiles(vars, &found)
	if strings.Contains(vars["DEBUG"], "sdk") { // the Aliyun SDK reads it, and then prints each request
		found.add("DEBUG", "would print every SMS with its number", "remove it")
	}
	v, err := parse(vars, &found)
	if err != nil {
		return Config{}, err
	}
	v.set = make(map[string]bool)
	for _, name := range names() {
		v.set[name] = vars[name] != ""
	}
	v.check(&found)
	v.Notices = append(v.Notices, notices(vars)...)
	if err := found.join(); err != nil {
		return Config{}, err
	}
	return v.Config, nil
}

// IsSet says whether the environment, .env included, set the variable: it is then fixed and not to be changed in the
// app. A secret that came from its NAME_FILE is set under NAME too.
func (c Config) IsSet(name string) bool {
	return c.set[name]
}

// Zone is TimeZone's location, loaded at each call; UTC for a Config that Load did not make and whose TimeZone is empty
// or unknown.
func (c Config) Zone() *time.Location {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// names lists every variable that Load knows, the _FILE ones included.
func names() []string {
	fields, err := env.GetFieldParams(&variables{})
	if err != nil {
		panic(err) // only a misspelt tag above can cause it
	}
	var list []string
	for _, field := range fields {
		list = append(list, field.OwnKey)
	}
	for _, name := range secrets {
		list = append(list, name+fileSuffix)
	}
	return list
}

// Variables lists the documented variables by name. Where a secret may come from a file, NAME stands for both.
func Variables() []string {
	list := slices.DeleteFunc(names(), func(name string) bool { return strings.HasSuffix(name, fileSuffix) })
	slices.Sort(list)
	return list
}

func notices(vars map[string]string) []string {
	var celery []string
	for name := range vars {
		if strings.HasPrefix(name, "CELERY_") {
			celery = append(celery, name)
		}
	}
	if len(celery) == 0 {
		return nil
	}
	slices.Sort(celery)
	return []string{"Ignored, since T-minus needs neither Celery nor Redis: " + strings.Join(celery, ", ") + "."}
}
