package notifiers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// maxReply bounds what one reply may take of memory; RFC 5321, 4.5.3.1.5 allows 512 bytes a line.
	maxReply  = 64 << 10
	maxReason = 300
)

// reply is one answer of an SMTP server (RFC 5321, 4.2).
type reply struct {
	code     int
	enhanced string // "5.1.1" (RFC 3463), empty if the server gave none
	text     string // without codes, as it came
}

func (r reply) ok() bool        { return r.code/100 == 2 }
func (r reply) temporary() bool { return r.code/100 == 4 }
func (r reply) permanent() bool { return r.code/100 == 5 }

// closing says that the server ends the connection after this reply (RFC 5321, 3.8).
func (r reply) closing() bool { return r.code == 421 }

// words is the reply for people: "550 5.1.1 No such user here".
func (r reply) words() string {
	return words(strings.Join(strings.Fields(fmt.Sprintf("%d %s %s", r.code, r.enhanced, r.text)), " "))
}

var enhancedCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// parseReply takes the enhanced code off the lines that repeat it.
func parseReply(code int, msg string) reply {
	r := reply{code: code}
	parts := strings.Split(msg, "\n")
	for i, line := range parts {
		line = strings.TrimSpace(line)
		if found := enhancedCode.FindString(line); found != "" && (r.enhanced == "" || r.enhanced == found) {
			r.enhanced = found
			line = strings.TrimSpace(line[len(found):])
		}
		parts[i] = line
	}
	r.text = strings.TrimSpace(strings.Join(parts, "\n"))
	return r
}

// replyReader reads replies; a server that never ends one runs into maxReply.
type replyReader struct {
	limit *io.LimitedReader
	text  *textproto.Reader
}

func newReplyReader(c net.Conn) *replyReader {
	limit := &io.LimitedReader{R: c, N: maxReply}
	return &replyReader{limit: limit, text: textproto.NewReader(bufio.NewReader(limit))}
}

// read gives the next reply. An error means that none came: the connection is lost, late, or does not speak SMTP.
func (r *replyReader) read() (reply, error) {
	r.limit.N = maxReply
	code, msg, err := r.text.ReadResponse(0)
	if err != nil {
		return reply{}, err
	}
	if code < 200 || code > 599 {
		return reply{}, textproto.ProtocolError(fmt.Sprintf("reply code %d", code))
	}
	return parseReply(code, msg), nil
}

// address matches an email address in running text, a quoted or an internationalised local part included; rather too
// much than too little.
var address = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`("[^"]+"|[^\s<>@,;:()"]+)@[^\s<>@]+`) })

// words makes a server's text fit to be shown: one line of at most 300 runes, with the local part of every email
// address masked (j***@example.com).
func words(s string) string {
	s = address().ReplaceAllStringFunc(oneLine(s), maskAddress)
	return clip(s, maxReason)
}

func maskAddress(a string) string {
	at := strings.LastIndexByte(a, '@')
	first, size := utf8.DecodeRuneInString(strings.TrimPrefix(a[:at], `"`))
	if size == 0 || first == '*' {
		first = '*'
	}
	return string(first) + "***" + a[at:]
}
