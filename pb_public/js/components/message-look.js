// A message as its reader sees it: as a mail, as an SMS, as a card of WeChat's.
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { Icon } from './icon.js';
import { MailView } from './mail-view.js';
import { SMSSum, SMSValues } from './sms-sums.js';

/** @param {{id: string, locale: string, subject: string, html: string}} props id: of the message on this page */
export function MailLook({ id, locale, subject, html: body }) {
  return html`<article class="msg msg-mail" lang=${locale}>
    <p class="msg-subject">${subject}</p>
    <div class="msg-frame" role="group" tabindex="0" aria-label=${subject}><${MailView} message=${{ id, html: body, locale }} /></div>
  </article>`;
}

/** @param {{locale: string, sms: any, params?: Record<string, string>}} props params: the values of a provider's own template, where the one in use takes none */
export function SMSLook({ locale, sms, params = {} }) {
  const values = sms.values ? [] : Object.entries(params);
  return html`<div class="msg msg-sms">
    ${sms.values ? html`<${SMSValues} sms=${sms} locale=${locale} />` : html`<p class="msg-bubble" lang=${locale}>${sms.signature && html`<span class="msg-signature">${sms.signature}</span>`}${sms.text}</p>`}
    ${!sms.values && html`<p class=${sms.parts > 1 ? 'msg-size many' : 'msg-size'}><${Icon} name="message" /><span>${t('templates.sms_size', { n: sms.parts, characters: number(sms.characters), limit: number(sms.limit) })}</span></p>`}
    <${SMSSum} sms=${sms} />
    ${values.length > 0 && html`<div class="msg-params"><p class="muted">${t('templates.sms_values')}</p><dl>${values.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd lang=${locale}>${value}</dd></div>`)}</dl></div>`}
  </div>`;
}

/** @param {{locale: string, wechat: any}} props */
export function WeChatLook({ locale, wechat }) {
  return html`<article class="msg msg-wechat" lang=${locale}>
    <p class="msg-wechat-title">${wechat.title}</p>
    <dl>${wechat.fields.map((/** @type {any} */ f) => html`<div key=${f.label}><dt>${f.label}</dt><dd>${f.value}</dd></div>`)}</dl>
    ${wechat.remark && html`<p class="msg-wechat-remark">${wechat.remark}</p>`}
  </article>`;
}
