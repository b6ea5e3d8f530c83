package notifiers

import (
	"bytes"
	"strings"
	"time"
)

// envelope is one mail ready to be sent: composed, dot-stuffed, addressed.
type envelope struct {
	messageID string // without angle brackets
	from      string // reverse-path without angle brackets
	to        []string
	content   []byte // dot-stuffed, every line ended by CRLF, without the final dot
	utf8      bool   // an address needs SMTPUTF8 (RFC 6531)
}

// outcome is what became of an envelope. With failure nil the server accepted it, for all recipients but the refused.
type outcome struct {
	reply   reply   // to the final dot
	refused []reply // to RCPT, where there were several recipients
	failure *failure
}

// maxPipelined bounds a group of commands, so that neither side's buffer can fill while both write (RFC 2920, 3.1).
const maxPipelined = 32

// step is one command of a transaction up to DATA.
type step struct {
	stage stage
	line  string
	last  bool // of the recipients
}

func (c *smtpConn) steps(e *envelope) []step {
	var steps []step
	if c.dirty {
		steps = append(steps, step{stage: stageReset, line: "RSET"})
	}
	mail := "MAIL FROM:<" + e.from + ">"
	if c.offers("8BITMIME") {
		mail += " BODY=8BITMIME"
	}
	if e.utf8 {
		mail += " SMTPUTF8"
	}
	steps = append(steps, step{stage: stageMail, line: mail})
	for i, to := range e.to {
		steps = append(steps, step{stage: stageRcpt, line: "RCPT TO:<" + to + ">", last: i == len(e.to)-1})
	}
	return append(steps, step{stage: stageData, line: "DATA"})
}

// deliver runs one transaction. It leaves c dirty or broken where the next one needs to know.
func (c *smtpConn) deliver(e *envelope) outcome {
	if e.utf8 && !c.offers("SMTPUTF8") {
		return outcome{failure: &failure{stage: stageRcpt, note: "the mail server cannot send to an address with such letters"}}
	}
	steps := c.steps(e)
	c.uses++
	c.dirty = true
	t := &transaction{conn: c}
	if c.offers("PIPELINING") && len(steps) <= maxPipelined {
		t.pipeline(steps)
	} else {
		t.lockstep(steps)
	}
	if t.failure != nil {
		return t.outcome
	}
	t.reply, t.failure = c.transfer(e.content)
	c.dirty = t.failure != nil
	return t.outcome
}

// transaction gathers the replies up to DATA.
type transaction struct {
	outcome
	conn     *smtpConn
	accepted int
}

func (t *transaction) lockstep(steps []step) {
	for _, s := range steps {
		r, err := t.conn.command(s.line)
		if err != nil {
			t.lost(s.stage, err)
			return
		}
		if t.take(s, r); t.failure != nil {
			return
		}
	}
}

// pipeline writes the whole group at once and reads all its replies, as RFC 2920 demands, also when an early one refuses.
func (t *transaction) pipeline(steps []step) {
	var group strings.Builder
	for _, s := range steps {
		group.WriteString(s.line + "\r\n")
	}
	if err := t.conn.write(t.conn.options.CommandTimeout, group.String()); err != nil {
		t.lost(steps[0].stage, err)
		return
	}
	for _, s := range steps {
		r, err := t.conn.read(t.conn.options.CommandTimeout)
		if err != nil {
			t.lost(s.stage, err)
			return
		}
		if t.take(s, r); t.conn.broken {
			return
		}
	}
}

// take reads what a reply means for the transaction.
func (t *transaction) take(s step, r reply) {
	if t.failure != nil {
		if s.stage == stageData && r.code == 354 {
			t.conn.abandon()
		}
		return
	}
	if s.stage != stageData && r.code/100 == 3 || r.code == 503 {
		t.conn.broken = true // replies and commands are out of step
	}
	switch {
	case s.stage == stageData:
		if r.code != 354 {
			t.failure = &failure{stage: stageData, reply: &r}
			t.conn.broken = t.conn.broken || r.ok()
		}
	case s.stage < stageRcpt:
		if !r.ok() {
			// A connection that was closed for idleness answers 421 to whatever is said first.
			t.failure = &failure{stage: s.stage, reply: &r, unanswered: r.closing() || s.stage == stageReset}
		}
	case r.ok():
		t.accepted++
	default:
		t.refused = append(t.refused, r)
	}
	if s.stage == stageRcpt && (t.conn.broken || s.last && t.accepted == 0) {
		t.failure = &failure{stage: stageRcpt, reply: &t.refused[0]}
	}
}

// lost ends a transaction whose connection failed; a refusal that came before stays the reason.
func (t *transaction) lost(at stage, err error) {
	t.conn.broken = true
	if t.failure == nil {
		t.failure = &failure{stage: at, err: err, unanswered: at <= stageMail}
	}
}

// abandon ends, by a lone dot, the data phase of a server that opened it although it took no recipient (RFC 2920, 3.1).
func (c *smtpConn) abandon() {
	if err := c.write(c.options.CommandTimeout, ".\r\n"); err != nil {
		c.broken = true
		return
	}
	if _, err := c.read(c.options.CommandTimeout); err != nil {
		c.broken = true
	}
}

// transfer writes the content and, on its own, the final dot: before it the server cannot have accepted anything, after
// it nobody but the server knows.
func (c *smtpConn) transfer(content []byte) (reply, *failure) {
	data := c.options.DataTimeout
	err := c.arm(data)
	if err == nil {
		_, err = c.conn.Write(content)
	}
	if err == nil {
		err = c.write(data, ".\r\n")
	}
	if err != nil {
		return reply{}, c.interrupted(c.cause(err))
	}
	r, err := c.read(data)
	if err != nil {
		c.broken = true
		return reply{}, &failure{stage: stageDot, err: err}
	}
	if !r.ok() {
		c.broken = c.broken || r.code/100 == 3
		return reply{}, &failure{stage: stageDot, reply: &r}
	}
	return r, nil
}

// interrupted looks whether a server that cut the content short had said why.
func (c *smtpConn) interrupted(err error) *failure {
	if r, readErr := c.read(time.Second); readErr == nil && (r.temporary() || r.permanent()) {
		c.broken = true
		return &failure{stage: stageDot, reply: &r}
	}
	c.broken = true
	return &failure{stage: stageBody, err: err}
}

// stuff makes a composed mail fit for DATA: lines end by CRLF, whatever they ended by, so that no server can see another
// end of the mail than we do; leading dots are doubled (RFC 5321, 4.5.2).
func stuff(raw []byte) []byte {
	out := make([]byte, 0, len(raw)+len(raw)/64+2)
	for len(raw) > 0 {
		line := raw
		if end := bytes.IndexByte(raw, '\n'); end >= 0 {
			line, raw = raw[:end], raw[end+1:]
		} else {
			raw = nil
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		for cr := bytes.IndexByte(line, '\r'); cr >= 0; cr = bytes.IndexByte(line, '\r') {
			out = appendLine(out, line[:cr])
			line = line[cr+1:]
		}
		out = appendLine(out, line)
	}
	return out
}

func appendLine(out, line []byte) []byte {
	if bytes.HasPrefix(line, []byte(".")) {
		out = append(out, '.')
	}
	return append(append(out, line...), '\r', '\n')
}
