package aliyunserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// stamp is the form of Aliyun's times, which are Beijing's.
const stamp = "2006-01-02 15:04:05"

// delivered is the ErrCode of success.
const delivered = "DELIVERED"

// Report is one receipt as SmsReport pushes it.
type Report struct {
	PhoneNumber string `json:"phone_number"`
	SendTime    string `json:"send_time"`
	ReportTime  string `json:"report_time"`
	Success     bool   `json:"success"`
	ErrCode     string `json:"err_code"`
	ErrMsg      string `json:"err_msg"`
	SmsSize     string `json:"sms_size"`
	BizID       string `json:"biz_id"`
	OutID       string `json:"out_id"`
}

// Outcome says what becomes at once of every message to a number, in the form of Message.Number: DELIVERED, or why not.
// "" makes them wait for Settle.
func (s *Server) Outcome(number, errCode string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outcomes[number] = errCode
}

// Settle gives the receipt of the messages of an OutId that still wait for it, and says how many there were.
func (s *Server) Settle(outID, errCode string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, m := range s.messages {
		if m.OutID == outID && m.Status == 1 {
			m.settle(errCode, s.options.now())
			n++
		}
	}
	return n
}

func (m *Message) settle(errCode string, at time.Time) {
	m.Status, m.ErrCode, m.Settled = 2, errCode, at
	if errCode == delivered {
		m.Status = 3
	}
}

// Reports gives the receipts of the settled messages of some OutIds, or of all, in the order of sending.
func (s *Server) Reports(outIDs ...string) []Report {
	var reports []Report
	for _, m := range s.Messages() {
		if m.Status == 1 || len(outIDs) > 0 && !slices.Contains(outIDs, m.OutID) {
			continue
		}
		r := Report{
			PhoneNumber: m.Number, SendTime: m.At.In(beijing).Format(stamp), ReportTime: m.Settled.In(beijing).Format(stamp),
			Success: m.Status == 3, ErrCode: m.ErrCode, ErrMsg: "用户接收成功", SmsSize: strconv.Itoa(parts(m.Content)),
			BizID: m.BizID, OutID: m.OutID,
		}
		if !r.Success {
			r.ErrMsg = "发送失败"
		}
		reports = append(reports, r)
	}
	return reports
}

// parts is the mainland's way of counting: 70 characters in one part, 67 in each of several.
func parts(content string) int {
	if n := utf8.RuneCountInString(content); n > 70 {
		return (n + 66) / 67
	}
	return 1
}

// Push posts receipts in one array to a callback, as Aliyun does. The error says that Aliyun would send them again: the
// answer was not 200 with a code of 0.
func (s *Server) Push(callback string, reports ...Report) error {
	body, err := json.Marshal(reports)
	if err != nil {
		return fmt.Errorf("encoding the receipts: %w", err)
	}
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Post(callback, "application/json;charset=utf-8", bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("posting the receipts: %w", err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	var answer struct {
		Code *int `json:"code"`
	}
	if response.StatusCode != http.StatusOK || json.Unmarshal(said, &answer) != nil || answer.Code == nil || *answer.Code != 0 {
		return fmt.Errorf("the callback answered %s: %.200s", response.Status, said)
	}
	return nil
}

// PushJumbled posts every settled receipt as badly as networks do: one by one, the newest first, then all in one array,
// and all of that again. It goes on after an error and gives all of them.
func (s *Server) PushJumbled(callback string) error {
	reports := s.Reports()
	var failures []error
	for range 2 {
		for _, r := range slices.Backward(reports) {
			failures = append(failures, s.Push(callback, r))
		}
		failures = append(failures, s.Push(callback, reports...))
	}
	return errors.Join(failures...)
}
