package demo

import "time"

// The reminders that fall due while somebody looks: the first after soon, the others four and six seconds apart.
const soon = 6 * time.Second

// live is what falls due, one after the other, about the events of the next days. Thomas's quiet hours and Mei-ling's missing
// phone keep them out of SMS, and only 李晓明 has WeChat.
var live = []manual{
	{
		visit: "near1", by: "thomas", kind: "checklist", to: "thomas wing", channels: "email",
		title: "Pack the scanner's power supply", message: "The **grey** case, top shelf. {{ days_left_text }}.",
	},
	{
		visit: "near3", by: "wing", kind: "equipment", to: "wing raymond", channels: "sms",
		title: "帶備快速檢測套裝", message: "{{ recipient.name }}，請帶備三款套裝及價目表。",
	},
	{
		visit: "near2", by: "li", kind: "safety", to: "li", channels: "wechat",
		title: "进厂前请穿防静电服", message: "{{ event.when }}，{{ event.location }}。",
	},
	{
		visit: "near4", by: "thomas", kind: "customer_service", to: "thomas grace", channels: "email", contact: true,
		title: "Confirm the landing point", message: "Please confirm with {{ contact.name }} by phone: {{ contact.phone }}.",
	},
	{
		visit: "near3", by: "wing", kind: "code_of_conduct", to: "wing raymond meiling", channels: "email",
		title: "訪客守則：化驗室內禁止拍照", message: "請在出發前閱讀守則，並於門口登記。",
	},
	{
		visit: "near2", by: "li", kind: "equipment", to: "li", channels: "sms", contact: true,
		title: "领用校准件 E2-07", message: "请在出发前一天到仓库领取，归还时登记。",
	},
	{
		visit: "near5", by: "li", kind: "checklist", to: "li", channels: "wechat",
		title: "出差清单：证件、合同、样品", message: "- 回乡证\n- 合同两份\n- 样品箱",
	},
	{
		visit: "near4", by: "grace", kind: "custom", to: "thomas li grace", channels: "email",
		title: "Ferry tickets are at the front desk", message: "Two returns, open until Sunday.",
	},
	{
		visit: "near3", by: "raymond", kind: "safety", to: "raymond wing", channels: "email sms",
		title: "入廠安全須知", message: "須穿安全鞋及反光背心。{{ days_left_text }}。",
	},
	{
		visit: "near1", by: "thomas", kind: "custom", to: "grace wing", channels: "sms",
		title: "Traffic: leave half an hour early", message: "Roadworks at Lion Rock Tunnel until Friday.",
	},
	{
		visit: "near2", by: "li", kind: "customer_service", to: "li", channels: "wechat",
		title: "请与客户确认停机时间", message: "{{ customer.name }}：停机窗口以书面确认为准。",
	},
	{
		visit: "near3", by: "wing", kind: "checklist", to: "wing raymond", channels: "email", contact: true,
		title: "列印最新報價單", message: "報價單有效期至月底，請列印**兩份**。",
	},
	{
		visit: "near4", by: "thomas", kind: "equipment", to: "thomas li", channels: "email",
		title: "Check out the torque wrench", message: "5–25 Nm, calibrated in {{ event.start | date: \"%Y\" }}.",
	},
	{
		visit: "near3", by: "raymond", kind: "custom", to: "raymond wing", channels: "sms", contact: true,
		title: "客戶改由正門進入", message: "後門維修，請改由正門登記。",
	},
	{
		visit: "near5", by: "li", kind: "custom", to: "li", channels: "wechat",
		title: "司机在东门等候", message: "车牌尾号 618。",
	},
	{
		visit: "near1", by: "grace", kind: "code_of_conduct", to: "thomas grace", channels: "email",
		title: "Gifts: nothing above HKD 300", message: "Anything larger goes to {{ responsible.name }} first.",
	},
	{
		visit: "near5", by: "wing", kind: "safety", to: "wing", channels: "email",
		title: "乾燥房：毋須攜帶手袋", message: "儲物櫃在入口右側。",
	},
	{
		visit: "near5", by: "li", kind: "checklist", to: "li", channels: "sms",
		title: "检查笔记本电脑授权", message: "离线授权今日到期，请先联网更新。",
	},
	{
		visit: "near5", by: "li", kind: "safety", to: "li", channels: "wechat",
		title: "干燥房内禁止带水", message: "请把水杯留在更衣室。",
	},
	{
		visit: "near1", by: "thomas", kind: "checklist", to: "thomas wing grace", channels: "email", contact: true,
		title: "Slides: the short version", message: "Twelve slides, no more. The projector has HDMI only.",
	},
	{
		visit: "near3", by: "wing", kind: "customer_service", to: "wing", channels: "email sms",
		title: "致電客戶確認時間", message: "{{ contact.name }}：{{ contact.phone }}",
	},
	{
		visit: "near4", by: "grace", kind: "custom", to: "grace raymond", channels: "sms",
		title: "Bring the signed acceptance back", message: "The original, not a copy.",
	},
	{
		visit: "near2", by: "li", kind: "equipment", to: "li", channels: "wechat",
		title: "归还样品箱", message: "完工后当天归还仓库。",
	},
	{
		visit: "near1", by: "grace", kind: "custom", to: "grace raymond thomas", channels: "email",
		title: "That was the last one", message: "From here on, reminders follow their events. Make one yourself, or press *Send now*.",
	},
}

// addLive saves what falls due while somebody looks.
func (f *filling) addLive() error {
	due := later(f.now, f.o.Clock.Now()).Truncate(time.Second).Add(soon)
	for i, m := range live {
		if err := f.write(m, due); err != nil {
			return err
		}
		due = due.Add(4*time.Second + time.Duration(i%2)*2*time.Second)
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
