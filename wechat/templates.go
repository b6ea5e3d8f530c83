package wechat

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Template is an approved template of the account.
type Template struct {
	ID      string
	Title   string
	Content string // lines such as 时间:{{time2.DATA}}
}

// Field is one value that a template wants.
type Field struct {
	Key   string // "time2"
	Label string // the words before it, "时间"; empty if there are none
}

// Prefix is the key without its number: it says which values the platform takes.
func (f Field) Prefix() string { return strings.TrimRight(f.Key, "0123456789") }

var fieldPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`([^\n{}]*)\{\{\s*(\w+)\.DATA\s*\}\}`) })

// Fields gives the values that the template wants, in its order.
func (t Template) Fields() []Field {
	var fields []Field
	for _, m := range fieldPattern().FindAllStringSubmatch(t.Content, -1) {
		fields = append(fields, Field{Key: m[2], Label: strings.Trim(m[1], " \t\r:：")})
	}
	return fields
}

// Templates asks for the account's templates for template messages.
//
// https://developers.weixin.qq.com/doc/service/api/notify/template/api_getalltemplates.html
func (c *Client) Templates(ctx context.Context) ([]Template, error) {
	var all []Template
	err := c.withToken(ctx, "template/get_all_private_template", nil, func(_ *call, oa *account) error {
		list, err := oa.GetTemplate().List()
		for _, t := range list {
			all = append(all, Template{ID: t.TemplateID, Title: t.Title, Content: t.Content})
		}
		return err
	})
	return all, err
}

// SubscriptionTemplates asks for the account's templates for subscription notifications.
//
// https://developers.weixin.qq.com/doc/service/api/notify/notify/api_getwxapubnewtemplate.html
func (c *Client) SubscriptionTemplates(ctx context.Context) ([]Template, error) {
	var all []Template
	err := c.withToken(ctx, "newtmpl/gettemplate", nil, func(_ *call, oa *account) error {
		list, err := oa.GetSubscribe().List()
		for _, t := range list {
			all = append(all, Template{ID: t.PriTmplID, Title: t.Title, Content: t.Content})
		}
		return err
	})
	return all, err
}

const (
	templatesFor = time.Hour
	// A template that is not in the list may have been approved since it was read.
	templatesAgain = time.Minute
)

// ErrNoTemplate is the error of a template that the account does not have.
var ErrNoTemplate = errors.New("wechat: the account has no such template")

type templateList struct {
	all  []Template
	read time.Time
}

func (l templateList) find(id string) (Template, bool) {
	for _, t := range l.all {
		if t.ID == id {
			return t, true
		}
	}
	return Template{}, false
}

// Template gives one template for template messages, from a list that is kept for an hour; ErrNoTemplate if it is not
// there.
func (c *Client) Template(ctx context.Context, id string) (Template, error) {
	return c.template(ctx, &c.templates, c.Templates, id)
}

// SubscriptionTemplate is Template for subscription notifications.
func (c *Client) SubscriptionTemplate(ctx context.Context, id string) (Template, error) {
	return c.template(ctx, &c.subscriptions, c.SubscriptionTemplates, id)
}

func (c *Client) template(ctx context.Context, kept *shared[templateList], ask func(context.Context) ([]Template, error), id string) (Template, error) {
	fetch := func(ctx context.Context) (templateList, time.Duration, error) {
		all, err := ask(ctx)
		return templateList{all, c.options.Now()}, templatesFor, err
	}
	for range 2 {
		list, err := kept.get(ctx, c.options.Now, fetch)
		if err != nil {
			return Template{}, c.inTemplates(err)
		}
		if t, ok := list.find(id); ok {
			return t, nil
		}
		if c.options.Now().Before(list.read.Add(templatesAgain)) {
			break
		}
		kept.drop(func(l templateList) bool { return l.read.Equal(list.read) })
	}
	return Template{}, ErrNoTemplate
}

// inTemplates gives the error of a wait that its caller gave up the form of all others.
func (c *Client) inTemplates(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &LostError{API: "templates", Kind: kindOf(err)}
	}
	return err
}
