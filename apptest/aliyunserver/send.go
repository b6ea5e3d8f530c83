package aliyunserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Message is one accepted message to one number.
type Message struct {
	BizID    string
	OutID    string
	Number   string // mainland 11 digits, others country code and number
	Sign     string
	Template string
	Params   map[string]string
	Content  string // the words that arrive, signature included
	At       time.Time

	Status  int    // 1 waits for its receipt, 2 failed, 3 arrived
	ErrCode string // of the receipt
	Settled time.Time
}

// Messages is what was accepted so far, in that order.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Message, 0, len(s.messages))
	for _, m := range s.messages {
		all = append(all, *m)
	}
	return all
}

// ByOutID groups the accepted messages by OutId: two under one key are a duplicate.
func (s *Server) ByOutID() map[string][]Message {
	groups := map[string][]Message{}
	for _, m := range s.Messages() {
		groups[m.OutID] = append(groups[m.OutID], m)
	}
	return groups
}

// WaitFor waits until at least n messages were accepted, and says whether they were within timeout.
func (s *Server) WaitFor(n int, timeout time.Duration) bool {
	deadline := time.NewTimer(timeout)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		got, changed := len(s.messages), s.changed
		s.mu.Unlock()
		if got >= n {
			return true
		}
		select {
		case <-changed:
		case <-deadline.C:
			return false
		}
	}
}

// beijing is the zone of Aliyun's days and times.
var beijing = time.FixedZone("UTC+8", 8*60*60)

var (
	mainland = regexp.MustCompile(`^(?:\+?86|0086|\+)?(1[3-9][0-9]{9})$`)
	abroad   = regexp.MustCompile(`^[1-9][0-9]{6,14}$`)
	variable = regexp.MustCompile(`\$\{([^}]+)\}`)
	webLike  = regexp.MustCompile(`(?i)https?:|www\.|[a-z0-9-]\.(?:com|cn|net|org|hk)\b|\b\d+\.\d+\.\d+\.\d+\b`)
)

// quota is what the daily limit counts.
type quota struct{ sign, template, number string }

type sendReply struct {
	Code      string
	Message   string
	BizId     string
	RequestId string
}

func (s *Server) sendSMS(form url.Values) (func(string) any, *refusal) {
	for _, name := range []string{"PhoneNumbers", "SignName", "TemplateCode"} {
		if form.Get(name) == "" {
			return nil, &refusal{http.StatusBadRequest, "Missing" + name, name + " is mandatory for this action."}
		}
	}
	sign, template := form.Get("SignName"), s.options.templates[form.Get("TemplateCode")]
	switch {
	case len(form.Get("OutId")) >= 256:
		return nil, business("isv.INVALID_PARAMETERS", "OutId")
	case !slices.Contains(s.options.signs, sign):
		return nil, business("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名")
	case template.Status != 1:
		return nil, business("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板")
	}
	numbers, refused := parseNumbers(form.Get("PhoneNumbers"), template.Abroad)
	if refused != nil {
		return nil, refused
	}
	params, refused := parseParams(form.Get("TemplateParam"), template.Content)
	if refused != nil {
		return nil, refused
	}
	content := "【" + sign + "】"
	content += variable.ReplaceAllStringFunc(template.Content, func(v string) string { return params[v[2:len(v)-1]] })
	bizID, refused := s.accept(numbers, template.Abroad, Message{
		OutID: form.Get("OutId"), Sign: sign, Template: template.Code, Params: params, Content: content,
	})
	if refused != nil {
		return nil, refused
	}
	return func(id string) any { return sendReply{"OK", "OK", bizID, id} }, nil
}

func parseNumbers(list string, international bool) ([]string, *refusal) {
	parts := strings.Split(list, ",")
	if len(parts) > 1000 {
		return nil, business("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
	}
	var numbers []string
	for _, given := range parts {
		number, isMainland := given, false
		if m := mainland.FindStringSubmatch(given); m != nil {
			number, isMainland = m[1], true
		}
		switch {
		case !isMainland && (!abroad.MatchString(number) || strings.HasPrefix(number, "86")):
			return nil, business("isv.MOBILE_NUMBER_ILLEGAL", given+"invalid mobile number")
		case isMainland == international:
			return nil, business("isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "国际/港澳台消息模板不支持发送境内号码")
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

func parseParams(raw, content string) (map[string]string, *refusal) {
	var given map[string]any
	if raw != "" {
		if err := json.Unmarshal([]byte(raw), &given); err != nil {
			return nil, business("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值")
		}
	}
	params := map[string]string{}
	for name, value := range given {
		text, ok := value.(string)
		if !ok {
			return nil, business("isv.INVALID_JSON_PARAM", "参数格式错误，请修改为字符串值")
		}
		params[name] = text
	}
	for _, v := range variable.FindAllStringSubmatch(content, -1) {
		value, ok := params[v[1]]
		switch n := utf8.RuneCountInString(value); {
		case !ok:
			return nil, business("isv.TEMPLATE_MISSING_PARAMETERS", "模板缺少变量:"+v[1])
		case n < 1 || n > 35:
			return nil, business("isv.PARAM_LENGTH_LIMIT", "参数超过长度限制:"+value)
		case webLike.MatchString(value):
			return nil, business("isv.PARAM_NOT_SUPPORT_URL", "变量不支持传入URL:"+value)
		case strings.ContainsAny(value, "\r\n【】"):
			return nil, business("isv.TEMPLATE_PARAMS_ILLEGAL", "模板变量里包含非法关键字:"+value)
		}
	}
	return params, nil
}

// accept keeps m once for each number, unless one of them got too many.
func (s *Server) accept(numbers []string, international bool, m Message) (bizID string, refused *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.options.now()
	for _, number := range numbers {
		q := quota{m.Sign, m.Template, number}
		if !international && s.options.dailyLimit > 0 && s.countSince(q, now.Add(-24*time.Hour)) >= s.options.dailyLimit {
			return "", business("isv.BUSINESS_LIMIT_CONTROL", fmt.Sprintf("触发天级流控Permits:%d", s.options.dailyLimit))
		}
	}
	s.serial++
	bizID = fmt.Sprintf("%018d^0", 900619746936000000+s.serial)
	for _, number := range numbers {
		q := quota{m.Sign, m.Template, number}
		s.sent[q] = append(s.sent[q], now)
		kept := m
		kept.BizID, kept.Number, kept.At, kept.Status = bizID, number, now, 1
		outcome := s.options.outcome
		if own, ok := s.outcomes[number]; ok {
			outcome = own
		}
		if outcome != "" {
			kept.settle(outcome, now)
		}
		s.messages = append(s.messages, &kept)
	}
	close(s.changed)
	s.changed = make(chan struct{})
	return bizID, nil
}

func (s *Server) countSince(q quota, begin time.Time) (n int) {
	for _, at := range s.sent[q] {
		if at.After(begin) {
			n++
		}
	}
	return n
}
