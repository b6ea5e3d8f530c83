package config

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	submissionPort  = 587 // STARTTLS, RFC 6409
	submissionsPort = 465 // implicit TLS, RFC 8314

	minMetricsTokenLength = 16
)

// VariableError is one variable that keeps T-minus from starting. Its texts never hold a secret's value.
type VariableError struct {
	Name    string // of the variable; ".env" if the file itself cannot be read
	Problem string // what is wrong
	Mend    string // what to do about it
}

func (e *VariableError) Error() string {
	return e.Name + ": " + e.Problem + "; " + e.Mend
}

// findings collects what is wrong, one for each variable: a value that cannot be read needs no second complaint.
type findings []*VariableError

func (f *findings) add(name, problem, mend string) {
	if !f.has(name) {
		*f = append(*f, &VariableError{Name: name, Problem: problem, Mend: mend})
	}
}

func (f findings) has(name string) bool {
	return slices.ContainsFunc(f, func(e *VariableError) bool { return e.Name == name })
}

func (f findings) join() error {
	slices.SortFunc(f, func(a, b *VariableError) int { return cmp.Compare(a.Name, b.Name) })
	var errs []error
	for _, e := range f {
		errs = append(errs, e)
	}
	return errors.Join(errs...)
}

// check completes the settings that depend on others and reports what parsing could not know.
func (v *variables) check(found *findings) {
	v.CheckInterval = time.Duration(v.CheckMinutes) * time.Minute
	v.checkServer(found)
	v.checkSandbox(found)
	v.checkAddresses(found)
	v.checkSMS(found)
	v.checkWeChat(found)
	v.checkInstance(found)
}

func (v *variables) checkServer(found *findings) {
	email := &v.Email
	if strings.ContainsAny(email.Host, ":/@ \t") && net.ParseIP(email.Host) == nil {
		found.add("EMAIL_HOST", "is not a host name", "write the server's name or IP address alone; its port belongs in EMAIL_PORT")
	}
	if email.ImplicitTLS && email.RequireTLS && v.IsSet("EMAIL_USE_SSL") && v.IsSet("EMAIL_USE_TLS") {
		found.add("EMAIL_USE_SSL", "is true and so is EMAIL_USE_TLS",
			"keep EMAIL_USE_SSL for TLS from the start (port 465) or EMAIL_USE_TLS for STARTTLS (port 587)")
	}
	if !v.IsSet("EMAIL_PORT") {
		email.Port = submissionPort
		if email.ImplicitTLS {
			email.Port = submissionsPort
		}
	}
	email.ImplicitTLS = email.ImplicitTLS || email.Port == submissionsPort
	email.RequireTLS = email.RequireTLS || email.ImplicitTLS
}

func (v *variables) checkSandbox(found *findings) {
	v.Email.Sandbox = v.Email.Host == ""
	if v.Backend == "" {
		return
	}
	backend := strings.ToLower(v.Backend)
	sends := strings.Contains(backend, "smtp")
	keeps := slices.ContainsFunc([]string{"console", "file", "locmem", "dummy"}, func(word string) bool {
		return strings.Contains(backend, word)
	})
	switch {
	case sends == keeps:
		found.add("EMAIL_BACKEND", fmt.Sprintf("%q is not a backend that T-minus knows", v.Backend),
			"write smtp to send, console to keep every mail in the sandbox, or remove it")
	case keeps:
		v.Email.Sandbox = true
	case v.Email.Host == "":
		found.add("EMAIL_HOST", "is not set although EMAIL_BACKEND says smtp",
			"set it, to localhost for a mail server on this machine, or remove EMAIL_BACKEND to use the sandbox")
	}
}

func (v *variables) checkAddresses(found *findings) {
	if v.AdminEmail != "" && !isBareAddress(v.AdminEmail) {
		found.add("ADMIN_EMAIL", "is not an email address", "write one address alone, such as admin@example.com")
	}
	if v.Email.From != "" {
		if _, err := mail.ParseAddress(v.Email.From); err != nil {
			found.add("DEFAULT_FROM_EMAIL", "is not an email address",
				"write one address, such as reminders@example.com or Reminders <reminders@example.com>")
		}
		return
	}
	if isBareAddress(v.Email.User) {
		v.Email.From = v.Email.User
	}
	if v.Email.From == "" && !v.Email.Sandbox {
		found.add("DEFAULT_FROM_EMAIL", "is not set although EMAIL_HOST is",
			"set it to the address that reminders come from, such as Reminders <reminders@example.com>")
	}
}

func (v *variables) checkInstance(found *findings) {
	// time.LoadLocation knows "Local" too, which is another zone on each machine.
	if _, err := time.LoadLocation(v.TimeZone); err != nil || v.TimeZone == "Local" {
		found.add("TIME_ZONE", fmt.Sprintf("%q is not a time zone that this machine knows", v.TimeZone),
			"write an IANA name such as Asia/Hong_Kong or Europe/Paris")
	}
	if v.PublicURL != "" {
		checkURL("PUBLIC_URL", v.PublicURL, found)
		if strings.HasSuffix(v.PublicURL, "/") {
			found.add("PUBLIC_URL", "ends with a slash", "remove the slash at its end")
		}
	}
	if v.MetricsToken != "" && utf8.RuneCountInString(v.MetricsToken) < minMetricsTokenLength {
		found.add("METRICS_TOKEN", "is shorter than 16 characters", "make a long random one, such as the output of: openssl rand -hex 32")
	}
}

// checkEndpoint returns the URL without a trailing slash, so that a path can be appended.
func checkEndpoint(name, value string, found *findings) string {
	if value == "" {
		return ""
	}
	if u := checkURL(name, value, found); u != nil && u.Scheme == "http" && !isLoopback(u.Hostname()) {
		found.add(name, "uses http toward another machine, which would send the credentials unencrypted",
			"use https; http is for localhost only")
	}
	return strings.TrimRight(value, "/")
}

// checkURL never quotes the value, which may hold a password. It returns nil for what is not a URL.
func checkURL(name, value string, found *findings) *url.URL {
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || !isPort(u.Port()) {
		found.add(name, "is not an absolute http or https URL", "write it with scheme and host, such as https://example.com")
		return nil
	}
	if u.User != nil {
		found.add(name, "holds a user name or password", "remove what stands between // and @")
	}
	if strings.ContainsAny(value, "?#") {
		found.add(name, "holds a query or a fragment", "end it before the ? or #")
	}
	return u
}

func isPort(port string) bool {
	number, err := strconv.Atoi(port)
	return port == "" || err == nil && number >= 1 && number <= 65535
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

func isBareAddress(value string) bool {
	address, err := mail.ParseAddress(value)
	return err == nil && address.Address == value
}
