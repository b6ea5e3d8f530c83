package config

import (
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestTheEnvironmentWinsOverDotenv(t *testing.T) {
	dotenv := "\ufeff# comment\r\nexport TIME_ZONE=Europe/Paris\r\nEMAIL_PORT=25\r\n\r\nEMAIL_HOST_PASSWORD='pa$$ word#1' # it\r\nADMIN_EMAIL="
	cfg, err := Load([]string{"EMAIL_PORT= 2525 ", "TIME_ZONE= ", "=C:=C:\\", "nonsense"}, strings.NewReader(dotenv))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Email.Port != 2525 || cfg.TimeZone != "Europe/Paris" || cfg.Email.Password != "pa$$ word#1" || cfg.AdminEmail != "" {
		t.Errorf("got %+v", cfg)
	}
	for name, want := range map[string]bool{"EMAIL_PORT": true, "TIME_ZONE": true, "ADMIN_EMAIL": false, "PATH": false, "": false} {
		if cfg.IsSet(name) != want {
			t.Errorf("IsSet(%q) = %v", name, !want)
		}
	}
}

func TestADotenvThatCannotBeReadTellsTheLineAlone(t *testing.T) {
	for text, line := range map[string]string{
		"A=1\nB='two\nlines'\nhunter2 is it\nC=3":   "line 4 ",
		"A=1\nEMAIL_HOST_PASSWORD=\"hunter2\nB=2\n": "line 2 ",
		"A=1\nhunter2": "line 2 ",
		"hunter2":      "line 1 ",
	} {
		_, err := Load(nil, strings.NewReader(text))
		if got := problems(t, err); !slices.Equal(got, []string{".env"}) {
			t.Errorf("%q: got %q", text, got)
			continue
		}
		if !strings.Contains(err.Error(), line) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := Load(nil, iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", err)
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	fields := map[string]func(Config) string{
		"EMAIL_HOST_PASSWORD":     func(c Config) string { return c.Email.Password },
		"SMS_API_KEY":             func(c Config) string { return c.SMS.APIKey },
		"SMS_API_SECRET":          func(c Config) string { return c.SMS.APISecret },
		"SMS_CALLBACK_SECRET":     func(c Config) string { return c.SMS.CallbackSecret },
		"WECHAT_APP_SECRET":       func(c Config) string { return c.WeChat.AppSecret },
		"WECHAT_TOKEN":            func(c Config) string { return c.WeChat.Token },
		"WECHAT_ENCODING_AES_KEY": func(c Config) string { return c.WeChat.EncodingAESKey },
		"METRICS_TOKEN":           func(c Config) string { return c.MetricsToken },
	}
	if got := slices.Sorted(maps.Keys(fields)); !slices.Equal(got, slices.Sorted(slices.Values(secrets))) {
		t.Fatalf("tested: %q\nsecrets: %q", got, secrets)
	}
	for name, field := range fields {
		t.Run(name, func(t *testing.T) {
			aesKey, also := aesKey, "TIME_ZONE=UTC"
			switch name {
			case "WECHAT_TOKEN":
				aesKey = aesKey[:32]
			case "WECHAT_APP_SECRET":
				also = "WECHAT_APP_ID=wx1" // it goes with the id alone
			}
			for _, end := range []string{"", "\n", "\r\n"} {
				cfg := load(t, also, name+"_FILE="+write("secret", aesKey+end))
				if field(cfg) != aesKey || !cfg.IsSet(name) {
					t.Errorf("ending in %q: got %q, IsSet = %v", end, field(cfg), cfg.IsSet(name))
				}
			}
			for what, environ := range map[string][]string{
				"both set":   {name + "=" + aesKey, name + "_FILE=" + write("secret", aesKey)},
				"no file":    {name + "_FILE=" + aesKey},
				"directory":  {name + "_FILE=" + dir},
				"empty file": {name + "_FILE=" + write("empty", "\n")},
				"huge file":  {name + "_FILE=" + write("huge", strings.Repeat(aesKey, 3000))},
			} {
				_, err := Load(append(environ, also), nil)
				if got := problems(t, err); !slices.Equal(got, []string{name + "_FILE"}) {
					t.Errorf("%s: got %q", what, got)
				}
				if err != nil && strings.Contains(err.Error(), aesKey) {
					t.Errorf("%s: the error holds the secret: %v", what, err)
				}
			}
		})
	}
}

func TestAFileThatCannotBeReadIsOneMistake(t *testing.T) {
	for _, environ := range [][]string{
		{"WECHAT_APP_ID=wx1", "WECHAT_APP_SECRET_FILE=/nowhere"}, {aliyun, "SMS_API_SECRET_FILE=/nowhere"},
		{weChat, "WECHAT_ENCODING_AES_KEY=" + aesKey, "WECHAT_TOKEN_FILE=/nowhere"},
	} {
		name, _, _ := strings.Cut(environ[len(environ)-1], "=")
		settings := strings.Split(without(strings.Join(environ, "\n"), strings.TrimSuffix(name, "_FILE")), "\n")
		if _, err := Load(settings, nil); !slices.Equal(problems(t, err), []string{name}) {
			t.Errorf("%q: %v", environ, err)
		}
	}
}

func TestNoErrorHoldsASecret(t *testing.T) {
	environ := []string{"SMS_ENDPOINT=https://user:hunter2@example.com", "PUBLIC_URL=http://user:hunter2@:x", "TIME_ZONE=Mars"}
	for _, name := range secrets {
		environ = append(environ, name+"=hunter2")
	}
	_, err := Load(environ, nil)
	want := []string{"METRICS_TOKEN", "PUBLIC_URL", "SMS_CALLBACK_SECRET", "SMS_ENDPOINT", "TIME_ZONE", "WECHAT_APP_ID", "WECHAT_ENCODING_AES_KEY"}
	if got := problems(t, err); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}
