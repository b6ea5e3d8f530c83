package notifiers

import (
	"context"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/dysmsapi"
)

const (
	aliyunPageSize = 50
	aliyunMaxPages = 100 // of one number and day
	// aliyunSkew is how far two clocks may be apart: Aliyun refuses requests beyond it.
	aliyunSkew = 15 * time.Minute
	// aliyunKeeps is for how long Aliyun can be asked about a message.
	aliyunKeeps = 30 * 24 * time.Hour
	// aliyunStamp is the form of Aliyun's times, which are Beijing's.
	aliyunStamp = "2006-01-02 15:04:05"
	// aliyunProbe is a number of the mainland to which nothing was sent: asking about it shows whether asking works.
	aliyunProbe = "13900000000"
)

// ReceiptAfter gives when to ask for a receipt: operators report within seconds, or within the three days for which they
// try a phone that is off.
func (a *Aliyun) ReceiptAfter() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 6 * time.Hour, 24 * time.Hour, 72 * time.Hour}
}

// Inquire asks by QuerySendDetails (https://help.aliyun.com/document_detail/419277.html) what became of a message: by its
// number and day, under its OutId. Aliyun keeps that for 30 days.
func (a *Aliyun) Inquire(ctx context.Context, q Inquiry) (Finding, error) {
	if a.invalid != nil {
		return Finding{}, a.invalid
	}
	number, refused := parseAliyunNumber(q.Message.To.Address)
	if refused != nil {
		return Finding{State: Absent}, nil //nolint:nilerr // what has no number was never handed over
	}
	now := a.options.Now()
	if now.Sub(q.Began) > aliyunKeeps-aliyunDay {
		return Finding{}, &Error{Class: Permanent, Reason: because(ReasonProvider, "its records are kept for 30 days only")}
	}
	if q.ProviderID != "" {
		// Of several attempts under one OutId, the entries do not say which is which; but Aliyun can be asked for one.
		found, err := a.search(ctx, number, q, q.ProviderID)
		if err != nil || found.State != Absent {
			return found, err
		}
	}
	return a.search(ctx, number, q, "")
}

// search looks through all entries of the days on which the attempt can have been.
func (a *Aliyun) search(ctx context.Context, number aliyunNumber, q Inquiry, bizID string) (Finding, error) {
	best := Finding{State: Absent}
	begun := a.options.Now().Add(-aliyunSkew).In(aliyunZone).Format("20060102")
	for _, day := range aliyunDays(q.Began) {
		entries, failed := a.details(ctx, number.digits, day, bizID)
		if failed != nil && failed.Class == Permanent && day > begun {
			continue // the day may not have begun by Aliyun's clock, and then nothing was sent on it
		}
		if failed != nil {
			return Finding{}, asked(failed)
		}
		for i := range entries {
			found := aliyunFinding(&entries[i])
			stale := found.State == Failed && bizID == "" && earlier(entries[i].SendDate, q.Began)
			if entries[i].OutId == q.Message.ID && !stale && rank(found.State) > rank(best.State) {
				best = found
			}
		}
	}
	if best.State != Absent {
		best.ProviderID = q.ProviderID
	}
	return best, nil
}

// aliyunDays gives the days of Beijing, as yyyyMMdd, on which a message can be entered whose attempt began then: two
// around midnight.
func aliyunDays(began time.Time) []string {
	var days []string
	for _, shift := range []time.Duration{-aliyunSkew, aliyunSkew} {
		day := began.Add(shift).In(aliyunZone).Format("20060102")
		if len(days) == 0 || days[len(days)-1] != day {
			days = append(days, day)
		}
	}
	return days
}

// earlier says whether an entry is of an attempt before the one that began then: one that failed says nothing about this
// one.
func earlier(sendDate string, began time.Time) bool {
	sent, err := time.ParseInLocation(aliyunStamp, sendDate, aliyunZone)
	return err == nil && sent.Before(began.Add(-10*time.Second))
}

// rank orders what several entries of one message say: it arrived if one did.
func rank(s State) int {
	switch s {
	case Delivered:
		return 3
	case Accepted:
		return 2
	case Failed:
		return 1
	}
	return 0
}

// details gives all entries of a number on a day; bizID "" means all.
func (a *Aliyun) details(ctx context.Context, number, day, bizID string) ([]dysmsapi.SmsSendDetailDTO, *Error) {
	var all []dysmsapi.SmsSendDetailDTO
	for page := 1; page <= aliyunMaxPages; page++ {
		entries, failed := a.detailsPage(ctx, number, day, bizID, page)
		if failed != nil {
			return nil, failed
		}
		all = append(all, entries...)
		if len(entries) < aliyunPageSize {
			return all, nil
		}
	}
	return nil, &Error{Class: Transient, Reason: because(ReasonUnreadable, "too many messages of one number")}
}

func (a *Aliyun) detailsPage(ctx context.Context, number, day, bizID string, page int) ([]dysmsapi.SmsSendDetailDTO, *Error) {
	var response *dysmsapi.QuerySendDetailsResponse
	reply := a.clients.call(ctx, func(c *dysmsapi.Client) (err error) {
		r := dysmsapi.CreateQuerySendDetailsRequest()
		r.PhoneNumber, r.SendDate, r.BizId = number, day, bizID
		r.PageSize, r.CurrentPage = requests.NewInteger(aliyunPageSize), requests.NewInteger(page)
		response, err = c.QuerySendDetails(r)
		return err
	})
	if reply.status/100 == 2 && response != nil {
		reply.code, reply.message, reply.requestID = response.Code, response.Message, response.RequestId
	}
	if failed := a.classify(reply); failed != nil {
		return nil, failed
	}
	return response.SmsSendDetailDTOs.SmsSendDetailDTO, nil
}

// aliyunFinding reads one entry: SendStatus 1 waits for a receipt, 2 failed, 3 arrived.
func aliyunFinding(d *dysmsapi.SmsSendDetailDTO) Finding {
	switch d.SendStatus {
	case 2:
		return Finding{State: Failed, At: aliyunTime(d.ReceiveDate), Err: aliyunReceiptError(d.ErrCode)}
	case 3:
		return Finding{State: Delivered, At: aliyunTime(d.ReceiveDate)}
	}
	return Finding{State: Accepted}
}

// aliyunTime gives one of Aliyun's times in UTC; zero for what is none.
func aliyunTime(s string) time.Time {
	at, err := time.ParseInLocation(aliyunStamp, s, aliyunZone)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// Check asks about a number to which nothing was sent, which shows that the key pair, the clock, the network and the
// permission are right, and then whether the configured templates are approved, where the account may ask that.
func (a *Aliyun) Check(ctx context.Context) error {
	if a.invalid != nil {
		return a.invalid
	}
	today := a.options.Now().In(aliyunZone).Format("20060102")
	if _, failed := a.detailsPage(ctx, aliyunProbe, today, "", 1); failed != nil && failed.Class != Permanent {
		return asked(failed)
	}
	codes := []string{a.options.TemplateCode}
	if a.options.TemplateCodeAbroad != a.options.TemplateCode {
		codes = append(codes, a.options.TemplateCodeAbroad)
	}
	for _, code := range codes {
		if code == "" {
			continue
		}
		if failed := a.checkTemplate(ctx, code); failed != nil {
			return failed
		}
	}
	return nil
}

// checkTemplate tells a template that is unknown or not approved (TemplateStatus 0 in review, 1 approved, 2 rejected).
// Whatever else keeps the question from being answered is no fault of the channel.
func (a *Aliyun) checkTemplate(ctx context.Context, code string) *Error {
	var response *dysmsapi.QuerySmsTemplateResponse
	reply := a.clients.call(ctx, func(c *dysmsapi.Client) (err error) {
		r := dysmsapi.CreateQuerySmsTemplateRequest()
		r.TemplateCode = code
		response, err = c.QuerySmsTemplate(r)
		return err
	})
	if reply.status/100 == 2 && response != nil {
		reply.code, reply.requestID = response.Code, response.RequestId
	}
	code = safeCode(code)
	switch {
	case reply.code == "isv.SMS_TEMPLATE_ILLEGAL":
		return &Error{Class: Configuration, Reason: because(ReasonTemplate, code+" does not exist"), Hint: aliyunTemplateHint}
	case reply.code != "OK" || reply.unreadable || response == nil:
		return nil
	case response.TemplateStatus == 0:
		return &Error{Class: Configuration, Reason: because(ReasonTemplate, code+" is in review"),
			Hint: "Wait until Aliyun has approved the template, usually within two hours of working time."}
	case response.TemplateStatus != 1:
		return &Error{Class: Configuration, Reason: because(ReasonTemplate, code+" was not approved"),
			Hint: "Read the reason in the SMS console, correct the template and submit it again, or set another."}
	}
	return nil
}
