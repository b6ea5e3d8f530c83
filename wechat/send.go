package wechat

import (
	"context"
	"encoding/json"
	"regexp"
	"sync"

	"github.com/silenceper/wechat/v2/officialaccount/message"
)

// The APIs that send, as Error.API and LostError.API name them.
const (
	APITemplate     = "message/template/send"
	APISubscription = "message/subscribe/bizsend"
)

// TemplateMessage is one message by an approved template. The platform sends one message for one openid and ID, however
// often it is asked to within about 10 minutes.
type TemplateMessage struct {
	To         string // openid
	TemplateID string
	URL        string            // where a tap leads; empty = nowhere
	ID         string            // client_msg_id, at most 32 characters
	Data       map[string]string // the template's keys and their values
}

// SubscriptionMessage is one notification to which its reader has agreed beforehand.
type SubscriptionMessage struct {
	To         string // openid
	TemplateID string
	Page       string // where a tap leads; empty = nowhere
	Data       map[string]string
}

// SendTemplate sends a template message and gives the platform's id of it, which comes back as Event.MsgID.
//
// https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage.html
func (c *Client) SendTemplate(ctx context.Context, m TemplateMessage) (int64, error) {
	data := make(map[string]*message.TemplateDataItem, len(m.Data))
	for key, value := range m.Data {
		data[key] = &message.TemplateDataItem{Value: value}
	}
	var id int64
	err := c.withToken(ctx, APITemplate, personal(m.To, m.Data), func(k *call, oa *account) (err error) {
		id, err = oa.GetTemplate().Send(&message.TemplateMessage{
			ToUser: m.To, TemplateID: m.TemplateID, URL: m.URL, ClientMsgID: m.ID, Data: data,
		})
		return k.demandCode(err)
	})
	return id, err
}

// SendSubscription sends a subscription notification, which uses up one agreement of its reader. It gives the platform's
// id of the message, 0 where the platform keeps it to itself.
//
// https://developers.weixin.qq.com/doc/service/api/notify/notify/api_sendnewsubscribemsg.html
func (c *Client) SendSubscription(ctx context.Context, m SubscriptionMessage) (int64, error) {
	data := make(map[string]*message.SubscribeDataItem, len(m.Data))
	for key, value := range m.Data {
		data[key] = &message.SubscribeDataItem{Value: value}
	}
	var answer struct {
		MsgID int64 `json:"msgid"`
	}
	err := c.withToken(ctx, APISubscription, personal(m.To, m.Data), func(k *call, oa *account) error {
		err := oa.GetSubscribe().Send(&message.SubscribeMessage{ToUser: m.To, TemplateID: m.TemplateID, Page: m.Page, Data: data})
		if err == nil {
			err = json.Unmarshal(k.answer, &answer)
		}
		return k.demandCode(err)
	})
	return answer.MsgID, err
}

// demandCode refuses an answer without an errcode: these APIs always give one, so something else has answered.
func (k *call) demandCode(err error) error {
	var head struct {
		Code *int `json:"errcode"`
	}
	if err == nil && (json.Unmarshal(k.answer, &head) != nil || head.Code == nil) {
		return k.lost(Garbage, 0)
	}
	return err
}

// personal lists what must not show in an error.
func personal(openID string, data map[string]string) []string {
	all := []string{openID}
	for _, value := range data {
		all = append(all, value)
	}
	return all
}

var openIDPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`) })

// ValidOpenID says whether s has the form of an openid. Whether it is one, the platform alone knows.
func ValidOpenID(s string) bool { return openIDPattern().MatchString(s) }
