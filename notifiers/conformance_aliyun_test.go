package notifiers

import (
	"net/http"
	"testing"
	"time"

	"tminus/apptest/aliyunserver"
	"tminus/apptest/smtpserver"
)

const (
	aliyunTestNumber = "13800138000"
	aliyunTestSecret = "the-right-secret"
)

// aliyunAt are options for a server on loopback, with a time-out that a test can wait for.
func aliyunAt(srv *aliyunserver.Server) AliyunOptions {
	return AliyunOptions{
		AccessKeyID: aliyunserver.KeyID, AccessKeySecret: aliyunTestSecret, SignName: aliyunserver.Sign,
		TemplateCode: aliyunserver.Template, TemplateCodeAbroad: aliyunserver.TemplateAbroad,
		Endpoint: srv.URL(), Timeout: 5 * time.Second, Now: time.Now,
	}
}

func startAliyun(t *testing.T, opts ...aliyunserver.Option) *aliyunserver.Server {
	t.Helper()
	return aliyunserver.Start(t, append(opts, aliyunserver.WithKey(aliyunserver.KeyID, aliyunTestSecret))...)
}

func newTestAliyun(t *testing.T, o AliyunOptions) *Aliyun {
	t.Helper()
	a := NewAliyun(o)
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return a
}

func aliyunMessage(to string) *Message {
	m := conformanceMessage(SMS, to)
	m.Values = map[string]string{
		ValueTitle: "Safety Protocol Review", ValueCustomer: "Pacific Dental Clinic", ValueTime: "2026-03-03 09:30",
		ValuePlace: secretBody,
	}
	m.Parts, m.PartPrice = 2, 0.05
	return m
}

// aliyunScene sets a scene at a well-behaved server, which fails as asked.
func aliyunScene(expect func(*trial), failures ...aliyunserver.Failure) func(t *testing.T) trial {
	return func(t *testing.T) trial {
		srv := startAliyun(t)
		for _, f := range failures {
			srv.Fail(f)
		}
		o := aliyunAt(srv)
		for _, f := range failures {
			if f.Manner == aliyunserver.HangBefore || f.Manner == aliyunserver.HangAfter {
				o.Timeout = 500 * time.Millisecond
			}
		}
		tr := trial{
			notifier: newTestAliyun(t, o), message: aliyunMessage("+86" + aliyunTestNumber),
			accepted: func() int { return len(srv.Messages()) },
			secrets:  []string{aliyunTestNumber, aliyunTestSecret, aliyunserver.KeyID, "Signature="},
		}
		expect(&tr)
		return tr
	}
}

// aliyunRefusal is a scene of a refusal whose words quote the request, as Aliyun's do.
func aliyunRefusal(expect func(*trial), status int, code string) func(t *testing.T) trial {
	return aliyunScene(expect, aliyunserver.Failure{Status: status, Code: code, Message: aliyunTestNumber + ": " + secretBody})
}

func aliyunWrongKey(change func(*AliyunOptions)) func(t *testing.T) trial {
	return func(t *testing.T) trial {
		srv := startAliyun(t)
		o := aliyunAt(srv)
		change(&o)
		return trial{
			notifier: newTestAliyun(t, o), message: aliyunMessage("+86" + aliyunTestNumber), class: Configuration,
			accepted: func() int { return len(srv.Messages()) },
			secrets:  []string{aliyunTestNumber, "wrong-secret", "wrong-key", aliyunTestSecret, "Signature="},
		}
	}
}

func aliyunNobody(t *testing.T) trial {
	srv := startAliyun(t)
	o := aliyunAt(srv)
	srv.Stop()
	return trial{
		notifier: newTestAliyun(t, o), message: aliyunMessage("+86" + aliyunTestNumber), class: Configuration,
		secrets: []string{aliyunTestNumber, aliyunTestSecret, "Signature="},
	}
}

// aliyunSilent is a port that takes connections and never starts TLS.
func aliyunSilent(t *testing.T) trial {
	l := smtpserver.Misbehave(t, smtpserver.Silent)
	return trial{
		notifier: newTestAliyun(t, AliyunOptions{
			AccessKeyID: "id", AccessKeySecret: aliyunTestSecret, SignName: "sign", TemplateCode: "SMS_1",
			Endpoint: "https://" + l.Addr(), Timeout: 100 * time.Millisecond, Now: time.Now,
		}),
		message: aliyunMessage("+86" + aliyunTestNumber), class: Configuration, secrets: []string{aliyunTestNumber, aliyunTestSecret},
	}
}

func aliyunProvider() provider {
	as := func(class Class, want int) func(*trial) {
		return func(tr *trial) { tr.class, tr.want = class, want }
	}
	refused := func(tr *trial) { tr.class, tr.refused = Permanent, true }
	manner := func(m aliyunserver.Manner) aliyunserver.Failure { return aliyunserver.Failure{Manner: m} }
	page := "<html>" + aliyunTestNumber + "\x00</html>"
	return provider{"aliyun", map[string]func(t *testing.T) trial{
		"success":           aliyunScene(as("", 1)),
		"transient refusal": aliyunRefusal(as(Transient, 0), 200, "isp.SYSTEM_ERROR"),
		"permanent refusal": aliyunRefusal(as(Permanent, 0), 200, "isv.SMS_CONTENT_ILLEGAL"),
		"refused address":   aliyunRefusal(refused, 200, "isv.MOBILE_NUMBER_ILLEGAL"),
		"invalid address": aliyunScene(func(tr *trial) {
			refused(tr)
			tr.message.To.Address = "not a number"
		}),
		"wrong credentials":          aliyunWrongKey(func(o *AliyunOptions) { o.AccessKeyID = "wrong-key" }),
		"wrong signature":            aliyunWrongKey(func(o *AliyunOptions) { o.AccessKeySecret = "wrong-secret" }),
		"nobody listens":             aliyunNobody,
		"silence before the message": aliyunSilent,
		"garbage":                    aliyunScene(as(Unknown, 0), aliyunserver.Failure{Body: page}),
		"refusal at the door":        aliyunScene(as(Configuration, 0), aliyunserver.Failure{Status: http.StatusForbidden, Body: page}),
		"silence during the message": aliyunScene(as(Unknown, 0), manner(aliyunserver.HangBefore)),
		"cut before acceptance":      aliyunScene(as(Unknown, 0), manner(aliyunserver.CutBefore)),
		"silence after acceptance":   aliyunScene(as(Unknown, 1), manner(aliyunserver.HangAfter)),
		"cut after acceptance":       aliyunScene(as(Unknown, 1), manner(aliyunserver.CutAfter)),
		"too many requests":          aliyunRefusal(as(Transient, 0), http.StatusTooManyRequests, "Throttling.User"),
		"server error": aliyunScene(as(Unknown, 1), aliyunserver.Failure{
			Manner: aliyunserver.FailAfter, Status: http.StatusInternalServerError, Code: "InternalError", Message: aliyunTestNumber}),
		"no balance":     aliyunRefusal(as(Configuration, 0), 200, "isv.AMOUNT_NOT_ENOUGH"),
		"wrong template": aliyunRefusal(as(Configuration, 0), 200, "isv.SMS_TEMPLATE_ILLEGAL"),
	}}
}
