package aliyunserver

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

type detail struct {
	PhoneNum     string
	Content      string
	TemplateCode string
	OutId        string
	SendDate     string
	ReceiveDate  string
	SendStatus   int
	ErrCode      string
}

type detailList struct{ SmsSendDetailDTO []detail }

type detailsReply struct {
	Code              string
	Message           string
	RequestId         string
	TotalCount        string
	SmsSendDetailDTOs detailList
}

func (s *Server) querySendDetails(form url.Values) (func(string) any, *refusal) {
	for _, name := range []string{"PhoneNumber", "SendDate", "PageSize", "CurrentPage"} {
		if form.Get(name) == "" {
			return nil, &refusal{http.StatusBadRequest, "Missing" + name, name + " is mandatory for this action."}
		}
	}
	number := form.Get("PhoneNumber")
	if m := mainland.FindStringSubmatch(number); m != nil {
		number = m[1]
	} else if !abroad.MatchString(number) {
		return nil, business("isv.MOBILE_NUMBER_ILLEGAL", number+"invalid mobile number")
	}
	today := s.options.now().In(beijing)
	day, err := time.ParseInLocation("20060102", form.Get("SendDate"), beijing)
	if err != nil || day.After(today) || day.Before(today.AddDate(0, 0, -31)) {
		return nil, business("isv.INVALID_PARAMETERS", "SendDate")
	}
	size, sizeErr := strconv.Atoi(form.Get("PageSize"))
	page, pageErr := strconv.Atoi(form.Get("CurrentPage"))
	if sizeErr != nil || pageErr != nil || size < 1 || size > 50 || page < 1 {
		return nil, business("isv.INVALID_PARAMETERS", "PageSize or CurrentPage")
	}
	all := s.details(number, form.Get("SendDate"), form.Get("BizId"))
	reply := detailsReply{Code: "OK", Message: "OK", TotalCount: strconv.Itoa(len(all))}
	begin := min((page-1)*size, len(all))
	reply.SmsSendDetailDTOs.SmsSendDetailDTO = all[begin:min(begin+size, len(all))]
	return func(id string) any {
		reply.RequestId = id
		return reply
	}, nil
}

// details gives the messages of a number and a day of Beijing, the newest first.
func (s *Server) details(number, day, bizID string) []detail {
	all := []detail{}
	for _, m := range slices.Backward(s.Messages()) {
		sent := m.At.In(beijing)
		if m.Number != number || sent.Format("20060102") != day || bizID != "" && m.BizID != bizID {
			continue
		}
		d := detail{
			PhoneNum: m.Number, Content: m.Content, TemplateCode: m.Template, OutId: m.OutID, SendDate: sent.Format(stamp),
			SendStatus: m.Status, ErrCode: m.ErrCode,
		}
		if m.Status != 1 {
			d.ReceiveDate = m.Settled.In(beijing).Format(stamp)
		}
		all = append(all, d)
	}
	return all
}

type templateReply struct {
	Code            string
	Message         string
	RequestId       string
	TemplateCode    string
	TemplateContent string
	TemplateStatus  int
	TemplateType    int
	Reason          string
}

func (s *Server) querySMSTemplate(form url.Values) (func(string) any, *refusal) {
	code := form.Get("TemplateCode")
	if code == "" {
		return nil, &refusal{http.StatusBadRequest, "MissingTemplateCode", "TemplateCode is mandatory for this action."}
	}
	t, ok := s.options.templates[code]
	if !ok {
		return nil, business("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板")
	}
	kind := 1 // a notification
	if t.Abroad {
		kind = 3
	}
	return func(id string) any {
		return templateReply{
			Code: "OK", Message: "OK", RequestId: id, TemplateCode: code, TemplateContent: t.Content,
			TemplateStatus: t.Status, TemplateType: kind,
		}
	}, nil
}
