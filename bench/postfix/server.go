package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"time"
)

// The domains of the server. At known, an unknown reader is refused at RCPT; at later, everybody is accepted there and
// the unknown come back as a bounce.
const (
	known = "example.test"
	later = "later.test"
	// sender is who the mails come from, and where their bounces go.
	sender = "reminders@" + known
)

// server is a private Postfix in a directory of its own: the system's, if any, is neither used nor touched.
type server struct {
	dir  string // of everything it reads and writes
	port string
}

// usable says what is missing for a Postfix of one's own.
func usable() error {
	if _, err := exec.LookPath("postfix"); err != nil {
		return errors.New("postfix is not installed: apt-get install postfix, and choose \"No configuration\"; this drill starts one of its own")
	}
	if os.Geteuid() != 0 {
		return errors.New("run this as root: Postfix changes to the user postfix for most of its parts, which only root may do")
	}
	return nil
}

// newServer writes the configuration of a Postfix with these mailboxes, and starts it.
func newServer(dir string, mailboxes []string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		return nil, err
	}
	s := &server{dir: dir, port: port}
	if err := s.configure(mailboxes); err != nil {
		return nil, fmt.Errorf("set Postfix up: %w", err)
	}
	return s, s.start()
}

func (s *server) configure(mailboxes []string) error {
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	postfix, err := user.Lookup("postfix")
	if err != nil {
		return err
	}
	var uid, gid, owner int
	if _, err := fmt.Sscan(nobody.Uid+" "+nobody.Gid+" "+postfix.Uid, &uid, &gid, &owner); err != nil {
		return err
	}
	if err := os.Chmod(s.dir, 0o755); err != nil { // the user postfix goes through it
		return err
	}
	for name, of := range map[string]int{"etc": 0, "spool": 0, "data": owner, "mail": uid} {
		path := filepath.Join(s.dir, name)
		if err := errors.Join(os.Mkdir(path, 0o755), os.Chown(path, of, -1)); err != nil {
			return err
		}
	}
	var table strings.Builder
	for _, address := range append(mailboxes, sender) {
		fmt.Fprintf(&table, "%s %s/\n", address, address) // the slash makes it a Maildir
	}
	return errors.Join(
		s.write("mailboxes", table.String()),
		s.write("main.cf", s.settings(uid, gid)),
		s.write("master.cf", s.services()),
	)
}

func (s *server) write(name, text string) error {
	return os.WriteFile(filepath.Join(s.dir, "etc", name), []byte(text), 0o644)
}

// settings leaves what Postfix has by default, except where it lives, whom it knows, and that it is strict: a bare LF, and
// commands sent before the server has said that they may be, are refused (https://www.postfix.org/postconf.5.html).
func (s *server) settings(uid, gid int) string {
	return fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/spool
data_directory = %[1]s/data
maillog_file = %[1]s/log
maillog_file_prefixes = %[1]s
myhostname = mail.%[2]s
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
notify_classes =
virtual_mailbox_domains = %[2]s
virtual_mailbox_base = %[1]s/mail
virtual_mailbox_maps = texthash:%[1]s/etc/mailboxes
virtual_uid_maps = static:%[4]d
virtual_gid_maps = static:%[5]d
virtual_minimum_uid = 1
relay_domains = %[3]s
relay_recipient_maps =
transport_maps = inline:{%[3]s=virtual:}
smtpd_relay_restrictions = permit_auth_destination, reject
smtpd_recipient_restrictions =
smtpd_peername_lookup = no
smtpd_forbid_bare_newline = yes
smtpd_forbid_bare_newline_exclusions =
smtpd_forbid_unauth_pipelining = yes
strict_rfc821_envelopes = yes
smtputf8_enable = no
`, s.dir, known, later, uid, gid)
}

// services are those of Debian's master.cf that a server without a network needs, without chroot.
//
//nolint:dupword // of a table of Postfix
func (s *server) services() string {
	return "127.0.0.1:" + s.port + ` inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`
}

// start starts it, and waits until it greets.
func (s *server) start() error {
	if err := s.control("start"); err != nil {
		return err
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.DialTimeout("tcp", s.addr(), time.Second)
		if err == nil {
			return c.Close()
		}
		if time.Now().After(end) {
			return fmt.Errorf("postfix did not answer: %w\n%s", err, s.log())
		}
	}
}

// stop has it end now: conversations under way are cut.
func (s *server) stop() error { return s.control("stop") }

func (s *server) control(what string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "postfix", "-c", filepath.Join(s.dir, "etc"), what)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("postfix %s: %w\n%s%s", what, err, out, s.log())
	}
	return nil
}

func (s *server) addr() string { return "127.0.0.1:" + s.port }

// log gives the end of what Postfix told, for an error.
func (s *server) log() string {
	raw, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return ""
	}
	return string(raw[max(0, len(raw)-2000):])
}

// mailbox gives the directories in which a Maildir's mails are.
func (s *server) mailbox(address string) []string {
	return []string{filepath.Join(s.dir, "mail", address, "new"), filepath.Join(s.dir, "mail", address, "cur")}
}
