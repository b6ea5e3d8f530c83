package commands

import (
	"net/url"

	"tminus/config"
	"tminus/hooks"
	"tminus/notifiers"
)

// callbacks tells what is to be entered at the providers so that they report what became of messages, and whether they
// can reach it.
func (x *examination) callbacks(system *hooks.System, channel string) {
	switch {
	case channel == notifiers.SMS && x.c.Config.SMS.Provider == config.Aliyun:
		x.aliyunCallback(system)
	case channel == notifiers.SMS && x.c.Config.SMS.Provider == config.Twilio:
		if system.API.TwilioCallbackURL(system.App, "x") == "" {
			x.note("sms receipts", "Twilio cannot report, since %s; it is asked after some minutes instead", x.unreached(system))
		} else {
			x.ok("sms receipts", "Twilio is told the address with each message; nothing is to be entered")
		}
	case channel == notifiers.WeChat:
		x.weChatCallback(system)
	}
}

func (x *examination) aliyunCallback(system *hooks.System) {
	const what, where = "sms receipts", "the SMS console under 系统设置 → 通用设置 → 国内消息设置 (SmsReport, 状态报告)"
	address, err := system.API.AliyunCallbackURL(system.App, false)
	switch {
	case err != nil:
		x.fail(what, "the address cannot be read: %v", err)
	case address == "":
		x.note(what, "the address is made when an administrator first opens Channels; enter it in %s", where)
	default:
		x.note(what, "enter %s in %s", address, where)
	}
	x.reachable(system, what, "Aliyun")
}

func (x *examination) weChatCallback(system *hooks.System) {
	const what = "wechat events"
	address := system.API.WeChatCallbackURL(system.App)
	if address == "" {
		x.note(what, "none arrive, since WECHAT_TOKEN is not set: there are no receipts, and nobody can bind WeChat by a code; %s",
			"set it, with WECHAT_ENCODING_AES_KEY, to what is entered in the account's console under 域名与消息推送配置 (服务器配置)")
		return
	}
	x.note(what, "enter %s in the account's console under 域名与消息推送配置 (服务器配置)", address)
	x.reachable(system, what, "WeChat")
}

// reachable warns of an address that a provider cannot, or should not, call.
func (x *examination) reachable(system *hooks.System, what, provider string) {
	if told := x.unreached(system); told != "" {
		x.note(what, "%s cannot report to this server, since %s", provider, told)
	}
}

// unreached says why nobody outside reaches PUBLIC_URL; "" if they may.
func (x *examination) unreached(system *hooks.System) string {
	u, err := url.Parse(system.PublicURL(system.App))
	switch {
	case err != nil || u.Host == "":
		return "PUBLIC_URL is no address"
	case x.c.Config.PublicURL == "" && local(u):
		return "PUBLIC_URL is not set"
	case local(u):
		return "PUBLIC_URL is this machine's own address"
	case u.Scheme != "https":
		return "PUBLIC_URL is not https"
	}
	return ""
}
