package smtpserver

import (
	"crypto/tls"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

type backend struct{ server *Server }

func (b backend) NewSession(c *smtp.Conn) (smtp.Session, error) {
	s := &session{server: b.server}
	nc := c.Conn()
	if t, ok := nc.(*tls.Conn); ok {
		s.tls = true
		nc = t.NetConn()
	}
	raw, ok := nc.(*conn)
	if !ok {
		return nil, errors.New("a connection that this package did not accept")
	}
	s.conn = raw
	return s, nil
}

// session is one client's conversation after EHLO.
type session struct {
	server *Server
	conn   *conn
	tls    bool
	user   string

	from      string
	to        []string
	afterData bool // go-smtp resets after DATA as well, which is not an RSET
}

var _ smtp.AuthSession = (*session)(nil)

func (s *session) AuthMechanisms() []string { return s.server.options.mechanisms }

func (s *session) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, password string) error {
		if user != s.server.options.user || password != s.server.options.password {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}
	for _, m := range s.server.options.mechanisms {
		switch {
		case !strings.EqualFold(m, mechanism):
		case m == "PLAIN":
			return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
		case m == "LOGIN":
			return &loginServer{check: check}, nil
		}
	}
	return nil, smtp.ErrAuthUnknownMechanism
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.afterData = false
	if s.server.options.user != "" && s.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	if refusal := s.server.options.replies[rule{AtMail, local(from)}]; refusal != nil {
		return refusal
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch local(to) {
	case "busytwice":
		if s.server.times("rcpt "+to) <= 2 {
			return s.server.options.replies[rule{AtRcpt, "busy"}]
		}
	case "shutdown":
		s.conn.cutAfterNext()
	case "hang":
		s.server.hang()
	case "cutbeforedot":
		s.conn.cutInsteadOf(2) // the first write is the reply to this RCPT
	}
	if refusal := s.server.options.replies[rule{AtRcpt, local(to)}]; refusal != nil {
		return refusal
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	s.afterData = true
	raw, err := io.ReadAll(r)
	if err != nil {
		return err // go-smtp finds the connection lost as well
	}
	pause(s.server.options.dataDelay)
	for _, to := range s.to {
		if refusal := s.server.options.replies[rule{AfterDot, local(to)}]; refusal != nil {
			return refusal
		}
	}
	m := parse(s.from, s.to, raw)
	m.TLS, m.User, m.Connection, m.At = s.tls, s.user, s.conn.number, s.server.options.now()
	s.server.keep(m)
	s.misbehaveAfterDot(m.MessageID)
	return nil
}

func (s *session) misbehaveAfterDot(messageID string) {
	for _, to := range s.to {
		switch l := local(to); l {
		case "cutafterdot", "hangafterdot":
			switch {
			case s.server.times("dot "+messageID) > 1:
			case l == "cutafterdot":
				_ = s.conn.Close()
			default:
				s.server.hang()
			}
		}
	}
}

func (s *session) Reset() {
	if !s.afterData {
		s.server.mu.Lock()
		s.server.resets++
		s.server.mu.Unlock()
	}
	s.afterData = false
	s.from, s.to = "", nil
}

func (s *session) Logout() error { return nil }

// local is the local part of an address up to a "+", in lower case.
func local(address string) string {
	l, _, _ := strings.Cut(address, "@")
	l, _, _ = strings.Cut(l, "+")
	return strings.ToLower(l)
}

// loginServer is the server's side of AUTH LOGIN (draft-murchison-sasl-login).
type loginServer struct {
	check func(user, password string) error
	user  *string
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	switch {
	case response == nil:
		return []byte("Username:"), false, nil
	case l.user == nil:
		user := string(response)
		l.user = &user
		return []byte("Password:"), false, nil
	default:
		return nil, true, l.check(*l.user, string(response))
	}
}
