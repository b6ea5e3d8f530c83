package notifiers

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// stage is where in a conversation a failure happened; the order is that of RFC 5321.
type stage int

const (
	stageWait stage = iota // for a free connection
	stageConnect
	stageGreet
	stageHello
	stageTLS
	stageAuth
	stageReset
	stageMail
	stageRcpt
	stageData // the DATA command
	stageBody // the content, up to and without the final dot
	stageDot  // the final dot was written
)

// failure is an attempt that did not end in a 2xx reply.
type failure struct {
	stage stage
	reply *reply // nil: no reply came
	err   error  // why none came
	note  string // what is wrong, for failures that this side found
	hint  string

	// unanswered says that MAIL FROM had no reply, so that nothing can have been accepted.
	unanswered bool
}

// smtpConn is one connection to the server, greeted, encrypted and signed in. One goroutine uses it at a time.
type smtpConn struct {
	options EmailOptions
	raw     net.Conn // deadlines are set here, below TLS
	conn    net.Conn // raw, or TLS over it
	replies *replyReader
	ext     map[string]string // EHLO keywords in upper case, with their parameters

	secure   bool
	loopback bool
	uses     int
	dirty    bool // a transaction may be open: RSET comes first
	broken   bool // to be closed without another word
	idle     *time.Timer

	mu        sync.Mutex
	cancelled error // why the caller stopped waiting
}

// longAgo as a deadline makes a blocked read or write come back at once.
var longAgo = time.Unix(1, 0)

// follow makes the end of ctx interrupt whatever the connection waits for. release must be called before the connection
// serves another caller.
func (c *smtpConn) follow(ctx context.Context) (release func()) {
	c.mu.Lock()
	c.cancelled = nil
	c.mu.Unlock()
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.cancelled = ctx.Err()
		_ = c.raw.SetDeadline(longAgo) // fails on a closed connection, which does not block either
	})
	return func() {
		if !stop() {
			<-done // or it would interrupt the next caller
		}
	}
}

// arm gives the next step d from now.
func (c *smtpConn) arm(d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancelled != nil {
		return c.cancelled
	}
	return c.raw.SetDeadline(time.Now().Add(d)) //nolint:forbidigo // a socket's deadline follows the system's clock
}

// cause puts the caller's reason for stopping in the place of the time-out that it led to.
func (c *smtpConn) cause(err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancelled != nil {
		return c.cancelled
	}
	return err
}

func (c *smtpConn) write(d time.Duration, s string) error {
	if err := c.arm(d); err != nil {
		return err
	}
	if _, err := c.conn.Write([]byte(s)); err != nil {
		return c.cause(err)
	}
	return nil
}

func (c *smtpConn) read(d time.Duration) (reply, error) {
	if err := c.arm(d); err != nil {
		return reply{}, err
	}
	r, err := c.replies.read()
	if err != nil {
		return reply{}, c.cause(err)
	}
	if r.closing() {
		c.broken = true
	}
	return r, nil
}

// command writes one line and reads its reply. The line must not hold CR or LF.
func (c *smtpConn) command(line string) (reply, error) {
	if err := c.write(c.options.CommandTimeout, line+"\r\n"); err != nil {
		return reply{}, err
	}
	return c.read(c.options.CommandTimeout)
}

// dial opens a connection and brings it to where MAIL FROM can be said.
func dial(ctx context.Context, o EmailOptions) (*smtpConn, *failure) {
	d := net.Dialer{Timeout: o.DialTimeout}
	raw, err := d.DialContext(ctx, "tcp", o.addr())
	if err != nil {
		return nil, &failure{stage: stageConnect, err: err}
	}
	c := &smtpConn{options: o, raw: raw, conn: raw}
	if tcp, ok := raw.RemoteAddr().(*net.TCPAddr); ok {
		c.loopback = tcp.IP.IsLoopback()
	}
	release := c.follow(ctx)
	f := c.open()
	release()
	if f != nil {
		_ = raw.Close() // the failure is what there is to say
		return nil, f
	}
	return c, nil
}

func (c *smtpConn) open() *failure {
	if c.options.ImplicitTLS {
		if f := c.encrypt(); f != nil {
			return f
		}
	}
	c.replies = newReplyReader(c.conn)
	greeting, err := c.read(c.options.CommandTimeout)
	if err != nil {
		return &failure{stage: stageGreet, err: err}
	}
	if greeting.code != 220 {
		return &failure{stage: stageGreet, reply: &greeting}
	}
	if f := c.hello(); f != nil {
		return f
	}
	if f := c.startTLS(); f != nil {
		return f
	}
	return c.signIn()
}

// hello says EHLO, and HELO to a server that does not know it (RFC 5321, 3.2).
func (c *smtpConn) hello() *failure {
	r, err := c.command("EHLO " + c.options.LocalName)
	if err == nil && r.permanent() {
		r, err = c.command("HELO " + c.options.LocalName)
		r.text = ""
	}
	if err != nil {
		return &failure{stage: stageHello, err: err}
	}
	if !r.ok() {
		return &failure{stage: stageHello, reply: &r}
	}
	c.ext = map[string]string{}
	keywords := strings.Split(r.text, "\n")
	for _, line := range keywords[min(1, len(keywords)):] {
		keyword, parameters, _ := strings.Cut(line, " ")
		c.ext[strings.ToUpper(keyword)] = parameters
	}
	return nil
}

func (c *smtpConn) offers(keyword string) bool {
	_, ok := c.ext[keyword]
	return ok
}

func (c *smtpConn) startTLS() *failure {
	if c.secure {
		return nil
	}
	wanted := !c.loopback || c.options.TLSConfig != nil
	if !c.offers("STARTTLS") {
		if wanted && c.options.RequireTLS {
			return &failure{stage: stageTLS, note: "the server offers no encryption (STARTTLS)",
				hint: "Use the server's submission port, usually 587 (or 465), or set EMAIL_USE_TLS=false if this network may be trusted."}
		}
		return nil
	}
	if !wanted {
		return nil
	}
	r, err := c.command("STARTTLS")
	if err != nil {
		return &failure{stage: stageTLS, err: err}
	}
	if r.code != 220 {
		return &failure{stage: stageTLS, reply: &r}
	}
	if f := c.encrypt(); f != nil {
		return f
	}
	// A new reader: what was said in clear after STARTTLS may come from someone in between (RFC 3207, 5).
	c.replies = newReplyReader(c.conn)
	return c.hello()
}

func (c *smtpConn) encrypt() *failure {
	conn := tls.Client(c.raw, c.tlsConfig())
	err := c.arm(c.options.DialTimeout)
	if err == nil {
		err = conn.Handshake() //nolint:noctx // follow interrupts it when the context ends
	}
	if err != nil {
		return &failure{stage: stageTLS, err: c.cause(err)}
	}
	c.conn, c.secure = conn, true
	return nil
}

func (c *smtpConn) tlsConfig() *tls.Config {
	config := c.options.TLSConfig.Clone()
	if config == nil {
		config = &tls.Config{MinVersion: tls.VersionTLS12}
		// Where plain text would do and no password is at stake, an unknown certificate is still better (RFC 7435).
		config.InsecureSkipVerify = !c.options.RequireTLS && !c.options.ImplicitTLS && c.options.User == ""
	}
	if config.ServerName == "" {
		config.ServerName = c.options.Host
	}
	return config
}

func (c *smtpConn) signIn() *failure {
	o := c.options
	if o.User == "" {
		return nil
	}
	if !c.secure && !c.loopback {
		return &failure{stage: stageAuth, note: "the password was not sent, since the connection is not encrypted",
			hint: "Use the server's submission port with TLS, usually 587 or 465, or leave EMAIL_HOST_USER empty."}
	}
	method, f := c.method()
	if f != nil {
		return f
	}
	answers := []string{o.User, o.Password}
	line := "AUTH LOGIN"
	if method == "PLAIN" {
		answers = []string{"\x00" + o.User + "\x00" + o.Password}
		line = "AUTH PLAIN " + encode64(answers[0])
	}
	r, err := c.command(line)
	for _, answer := range answers {
		if err != nil || r.code != 334 {
			break
		}
		r, err = c.command(encode64(answer))
	}
	if err != nil {
		return &failure{stage: stageAuth, err: err}
	}
	if r.code != 235 {
		r.text = c.withoutSecrets(r.text)
		return &failure{stage: stageAuth, reply: &r}
	}
	return nil
}

func (c *smtpConn) method() (string, *failure) {
	if c.options.AuthMethod != "" {
		return strings.ToUpper(c.options.AuthMethod), nil
	}
	announced := strings.Fields(strings.ToUpper(c.ext["AUTH"]))
	for _, known := range []string{"PLAIN", "LOGIN"} {
		for _, m := range announced {
			if m == known {
				return m, nil
			}
		}
	}
	if len(announced) == 0 {
		return "", &failure{stage: stageAuth, note: "the server offers no way to sign in",
			hint: "Leave EMAIL_HOST_USER empty if this server needs no sign-in, otherwise use its submission port, usually 587 or 465."}
	}
	return "", &failure{stage: stageAuth, note: words(fmt.Sprintf("the server signs in by %s only", strings.Join(announced, ", "))),
		hint: "T-minus signs in by PLAIN or LOGIN: allow one of them on the server."}
}

// withoutSecrets takes out of a server's words what it may have repeated of the sign-in.
func (c *smtpConn) withoutSecrets(s string) string {
	user, password := c.options.User, c.options.Password
	for _, secret := range []string{encode64("\x00" + user + "\x00" + password), encode64(password), password} {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "***")
		}
	}
	return s
}

func encode64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// quit says goodbye and closes; a server that does not answer within a second is not waited for.
func (c *smtpConn) quit() {
	if !c.broken {
		if err := c.write(time.Second, "QUIT\r\n"); err == nil {
			_, _ = c.read(time.Second) // the connection ends either way
		}
	}
	c.close()
}

func (c *smtpConn) close() { _ = c.raw.Close() }
