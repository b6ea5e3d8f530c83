package notifiers

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tminus/wechat"
)

// A template's keys say by their prefix which values they take, and by the label before them what they are about:
// "客户名称:{{thing1.DATA}}". Where the company set no values, they are chosen by both.

// weChatLabel gives the values that suit a label with one of the words, best first.
type weChatLabel struct {
	words  []string
	values []string
}

// weChatLabels are asked in this order, each of all labels: "客户地址" is a place, and of "提醒事项" and "活动名称" the
// second is the event's title.
var weChatLabels = []weChatLabel{
	{[]string{"地点", "地點", "地址", "场所", "場所", "位置", "场地", "場地", "place", "venue", "location", "address", "where"}, []string{ValuePlace}},
	{[]string{"编号", "編號", "单号", "單號", "number", "no."}, []string{ValueNumber}},
	{[]string{"类型", "類型", "类别", "類別", "type", "category"}, []string{ValueType}},
	{[]string{"倒计时", "倒計時", "倒数", "倒數", "剩余", "剩餘", "天数", "天數", "days"}, []string{ValueDays}},
	{[]string{"时间", "時間", "日期", "time", "date", "when"}, []string{ValueTime}},
	{[]string{"客户", "客戶", "单位", "單位", "公司", "企业", "企業", "机构", "機構", "customer", "client", "company"}, []string{ValueCustomer}},
	{[]string{"负责", "負責", "联系人", "聯絡人", "人员", "人員", "经办", "經辦", "姓名", "员工", "員工", "同事", "responsible", "contact", "staff"}, []string{ValueResponsible}},
	{[]string{"主题", "主題", "事项", "事項", "提醒", "内容", "內容", "标题", "標題", "title", "subject"}, []string{ValueTitle, ValueEvent}},
	{[]string{"名称", "名稱", "活动", "活動", "项目", "項目", "会议", "會議", "任务", "任務", "日程", "行程", "服务", "服務", "event", "name"}, []string{ValueTitle, ValueEvent}},
}

// weChatOrder is what fills the text keys whose labels say nothing.
var weChatOrder = []string{ValueTitle, ValueEvent, ValueCustomer, ValuePlace, ValueDays, ValueResponsible, ValueType, ValueNumber}

// weChatNothing stands where a label asks for what the event does not have.
const weChatNothing = "-"

// data gives the values of the template's keys, each as the platform takes it and none empty.
func (a *officialAccount) data(ctx context.Context, m *Message, template string) (map[string]string, *Error) {
	values := weChatValues(m)
	if len(m.Params) > 0 {
		return weChatParams(m.Params, values)
	}
	find := a.options.Client.Template
	if a.options.Subscription {
		find = a.options.Client.SubscriptionTemplate
	}
	t, err := find(ctx, template)
	if err != nil {
		return nil, a.classify(err, template)
	}
	data, missing := weChatFill(t.Fields(), values)
	if len(missing) > 0 {
		return nil, a.noTemplate(withoutValue(Configuration, missing), template)
	}
	return data, nil
}

func withoutValue(class Class, keys []string) *Error {
	slices.Sort(keys)
	list := strings.Join(keys, ", ")
	return &Error{Class: class, Reason: because(ReasonTemplate, "no value for "+list), Hint: "A reminder has no value that suits " + list +
		": set it in the WeChat data of the reminder's template, or choose a template with keys of thing, time, date, name, phrase, number or character_string alone."}
}

// weChatValues are the values of a message, with substitutes for those that every message must have.
func weChatValues(m *Message) map[string]string {
	values := maps.Clone(m.Values)
	if values == nil {
		values = map[string]string{}
	}
	for name, substitutes := range map[string][]string{
		ValueTitle:       {m.Title, m.Subject},
		ValueTime:        {m.CreatedAt.In(weChatZone).Format("2006-01-02 15:04")},
		ValueNumber:      {m.ID},
		ValueResponsible: {m.To.Name, m.Company},
	} {
		for _, s := range substitutes {
			if values[name] == "" {
				values[name] = s
			}
		}
	}
	return values
}

// weChatParams gives the company's values. One that does not suit its key gives way to one that does.
func weChatParams(params, values map[string]string) (map[string]string, *Error) {
	data := make(map[string]string, len(params))
	var missing []string
	for key, value := range params {
		f := wechat.Field{Key: key}
		data[key] = weChatFit(f.Prefix(), value)
		if data[key] == "" {
			data[key] = weChatFallback(f, values)
		}
		if data[key] == "" {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		return nil, withoutValue(Permanent, missing)
	}
	return data, nil
}

// weChatFallback gives a value for a key whose label is not known or does not matter.
func weChatFallback(f wechat.Field, values map[string]string) string {
	if weChatText(f.Prefix()) {
		return weChatNothing
	}
	return weChatTyped(f, values)
}

// weChatFill chooses a value for every key, and names those for which there is none.
func weChatFill(fields []wechat.Field, values map[string]string) (data map[string]string, missing []string) {
	data = make(map[string]string, len(fields))
	var texts []wechat.Field
	for _, f := range fields {
		if weChatText(f.Prefix()) {
			texts = append(texts, f)
		} else if data[f.Key] = weChatTyped(f, values); data[f.Key] == "" {
			missing = append(missing, f.Key)
		}
	}
	for key, value := range weChatTexts(texts, values) {
		data[key] = value
	}
	return data, missing
}

// weChatText says whether a key takes any words: thing, and the first, keyword and remark of old templates.
func weChatText(prefix string) bool {
	_, typed := weChatFits[prefix]
	return !typed || prefix == "thing"
}

// weChatTyped gives the first value that suits a key that takes but one kind, empty if none does.
func weChatTyped(f wechat.Field, values map[string]string) string {
	var candidates []string
	switch f.Prefix() {
	case "time", "date":
		candidates = []string{values[ValueTime]}
	case "number":
		if labelled(f, weChatLabels[3].words) {
			candidates = append(candidates, values[ValueDays])
		}
		candidates = append(candidates, values[ValueNumber], values[ValueTime])
	case "character_string":
		candidates = []string{values[ValueNumber], values[ValueTime]}
	case "name":
		candidates = []string{values[ValueResponsible], weChatNothing}
	case "phrase":
		return weChatPhrase(values)
	}
	for _, value := range candidates {
		if fit := weChatFit(f.Prefix(), value); fit != "" {
			return fit
		}
	}
	return ""
}

// weChatPhrase gives at most 5 Han characters that are not cut off.
func weChatPhrase(values map[string]string) string {
	for _, name := range []string{ValueType, ValueDays, ValueTitle} {
		if value := values[name]; value != "" && weChatFit("phrase", value) == value {
			return value
		}
	}
	return "提醒"
}

// weChatTexts gives every text key its words, each value once as far as they reach.
func weChatTexts(fields []wechat.Field, values map[string]string) map[string]string {
	data := map[string]string{}
	used := map[string]bool{}
	take := func(f wechat.Field, names []string) bool {
		for _, name := range names {
			if fit := weChatFit(f.Prefix(), values[name]); fit != "" && !used[name] {
				data[f.Key], used[name] = fit, true
				return true
			}
		}
		return false
	}
	for _, label := range weChatLabels {
		for _, f := range fields {
			if data[f.Key] != "" || !labelled(f, label.words) || take(f, label.values) {
				continue
			}
			if only := label.values[0]; len(label.values) == 1 { // two customers, or none
				data[f.Key] = firstOf(weChatFit(f.Prefix(), values[only]), weChatNothing)
			}
		}
	}
	for _, f := range fields {
		if data[f.Key] == "" && !take(f, weChatOrder) {
			data[f.Key] = firstOf(weChatFit(f.Prefix(), values[ValueTitle]), weChatNothing)
		}
	}
	return data
}

func labelled(f wechat.Field, words []string) bool {
	label := strings.ToLower(f.Label)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(label, word) })
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
