package demo

import "time"

// The reminders that fall due while somebody looks: the first after soon, the others four and six seconds apart.
const soon = 6 * time.Second

// live is what falls due, one after the other, about the events of the next days in turn. Thomas's quiet hours and Mei-ling's
// missing phone keep them out of SMS, and only 李晓明 has WeChat.
var live = []manual{
	{by: "thomas", kind: "checklist", title: "Pack the scanner's power supply", message: "The **grey** case, top shelf. {{ days_left_text }}.", to: "thomas wing", channels: "email"},
	{by: "wing", kind: "equipment", title: "帶備快速檢測套裝", message: "{{ recipient.name }}，請帶備三款套裝及價目表。", to: "wing raymond", channels: "sms"},
	{by: "li", kind: "safety", title: "进厂前请穿防静电服", message: "{{ event.when }}，{{ event.location }}。", to: "li", channels: "wechat"},
	{by: "raymond", kind: "customer_service", title: "Confirm the meeting room", message: "Please confirm with {{ contact.name }} by phone: {{ contact.phone }}.", to: "grace thomas", channels: "email", contact: true},
	{by: "wing", kind: "code_of_conduct", title: "訪客守則：實驗室內禁止拍照", message: "請在出發前閱讀守則，並於門口登記。", to: "wing raymond meiling", channels: "email"},
	{by: "li", kind: "equipment", title: "借用校准件 E2-07", message: "请在出发前一天到仓库领取，归还时登记。", to: "li wing", channels: "sms"},
	{by: "li", kind: "checklist", title: "出差清单：证件、合同、样品", message: "- 回乡证\n- 合同两份\n- 样品箱", to: "li", channels: "wechat"},
	{by: "grace", kind: "custom", title: "Ferry tickets are at the front desk", message: "Two returns, open until Sunday.", to: "thomas li grace", channels: "email"},
	{by: "raymond", kind: "safety", title: "入廠安全須知", message: "須穿安全鞋及反光背心。{{ days_left_text }}。", to: "raymond wing", channels: "email sms"},
	{by: "thomas", kind: "custom", title: "Traffic: leave half an hour early", message: "Roadworks at the tunnel until Friday.", to: "wing grace", channels: "sms"},
	{by: "li", kind: "customer_service", title: "请与客户确认停机时间", message: "{{ customer.name }}：停机窗口以书面确认为准。", to: "li", channels: "wechat"},
	{by: "wing", kind: "checklist", title: "列印最新報價單", message: "報價單有效期至月底，請列印**兩份**。", to: "wing raymond", channels: "email", contact: true},
	{by: "thomas", kind: "equipment", title: "Check out the torque wrench", message: "5–25 Nm, calibrated in {{ event.start | date: \"%Y\" }}.", to: "thomas li", channels: "email"},
	{by: "raymond", kind: "custom", title: "客戶改由正門進入", message: "後門維修，請改由正門登記。", to: "raymond wing grace", channels: "sms"},
	{by: "li", kind: "custom", title: "司机在东门等候", message: "车牌尾号 618。", to: "li", channels: "wechat"},
	{by: "grace", kind: "code_of_conduct", title: "Gifts: nothing above HKD 300", message: "Anything larger goes to {{ responsible.name }} first.", to: "thomas raymond", channels: "email"},
	{by: "wing", kind: "safety", title: "無塵室：毋須攜帶手袋", message: "儲物櫃在入口右側。", to: "wing meiling", channels: "email", contact: true},
	{by: "li", kind: "checklist", title: "检查笔记本电脑授权", message: "离线授权今日到期，请先联网更新。", to: "li wing", channels: "sms"},
	{by: "li", kind: "safety", title: "干燥房内禁止带水", message: "请把水杯留在更衣室。", to: "li", channels: "wechat"},
	{by: "thomas", kind: "checklist", title: "Slides: the short version", message: "Twelve slides, no more. The projector has HDMI only.", to: "thomas wing raymond", channels: "email"},
	{by: "wing", kind: "customer_service", title: "致電客戶確認時間", message: "{{ contact.name }}：{{ contact.phone }}", to: "wing", channels: "email sms"},
	{by: "raymond", kind: "custom", title: "Bring the signed contract back", message: "The original, not a copy.", to: "raymond grace", channels: "sms"},
	{by: "li", kind: "equipment", title: "归还样品箱", message: "完工后当天归还仓库。", to: "li", channels: "wechat"},
	{by: "grace", kind: "custom", title: "That was the last one", message: "From here on, reminders follow their events. Make one yourself, or press *Send now*.", to: "grace raymond thomas", channels: "email"},
}

// near are the events of the next days.
var near = []string{"near1", "near2", "near3", "near4", "near5"}

// addLive saves what falls due while somebody looks.
func (f *filling) addLive() error {
	due := later(f.now, f.o.Clock.Now()).Add(soon)
	for i, m := range live {
		m.visit = near[i%len(near)]
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
