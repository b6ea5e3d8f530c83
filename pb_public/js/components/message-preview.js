// A reminder as its readers will see it: the mail, the SMS on a phone, the card in WeChat; in each language of theirs.
import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { CHANNELS } from '../lib/channels.js';
import { sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, languageName, number, t } from '../lib/i18n.js';
import { smsRoom } from '../lib/reminder-form.js';
import { typeIcon } from '../lib/status.js';
import { Face } from './badge.js';
import { Choice } from './button.js';
import { Folded } from './folded.js';
import { Icon } from './icon.js';
import { MailView } from './mail-view.js';
import { SMSSum, SMSValues } from './sms-sums.js';
import { Skeleton } from './states.js';

/**
 * @param {{shown: import('./reminder-preview.js').Shown, chosen: string[], fold?: boolean}} props
 *   chosen: the channels of the reminder; fold: what is long is shown by its beginning
 */
export function MessagePreview({ shown, chosen, fold }) {
  const [picked, setPicked] = useState('');
  const [reads, setReads] = useState('');
  const channel = picked || (CHANNELS.find((name) => chosen.includes(name)) ?? 'email');
  const messages = shown.preview?.messages ?? [];
  const message = messages.find((/** @type {any} */ one) => one.locale === reads) ?? messages[0];
  const wrong = shown.problem ? sentence(shown.problem, t, has) : Object.values(shown.wrong).join(' ');
  return html`<section class="rem-preview" aria-labelledby="preview-title" aria-busy=${!message && shown.busy ? 'true' : null}>
    <header class="rem-preview-head">
      <h2 id="preview-title" tabindex="-1">${t('reminders.preview')}${shown.busy && message && html`<${Icon} name="loader-2" spin />`}</h2>
      <${Choice} label=${t('reminders.preview')} value=${channel} onChange=${setPicked}
        options=${CHANNELS.map((name) => ({ value: name, label: t(`channel.${name}`), icon: typeIcon(name) }))} />
    </header>
    ${messages.length > 1 && html`<${Choice} chips label=${t('reminders.readers')} value=${message.locale} onChange=${setReads} options=${messages.map(readerOption)} />`}
    ${wrong && html`<p class="form-error"><${Icon} name="alert-circle" /><span>${wrong}</span></p>`}
    ${message && !chosen.includes(channel) && html`<p class="quiet-note"><${Icon} name="info-circle" /><span>${t('reminders.not_chosen', { channel: t(`channel.${channel}`) })}</span></p>`}
    <div class="rem-preview-stage">${message ? html`<${fold ? Folded : Fragment} key=${channel}><${Stage} channel=${channel} message=${message} /><//>` : html`<${Waiting} />`}</div>
  </section>`;
}

/** @param {{locale: string, reader: string}} message */
function readerOption({ locale, reader }) {
  return { value: locale, label: `${reader} · ${languageName(locale)}` };
}

/** @param {{channel: string, message: any}} props */
function Stage({ channel, message }) {
  if (channel === 'sms') return html`<${Sms} message=${message} />`;
  if (channel === 'wechat') return html`<${WeChat} message=${message} />`;
  return html`<${Mail} message=${message} />`;
}

/** @param {{message: any}} props */
function Mail({ message }) {
  return html`<div class="rem-mail-sheet">
    <dl class="rem-mail-head">
      <div><dt>${t('reminders.subject')}</dt><dd class="strong" lang=${message.locale}>${message.subject}</dd></div>
      <div><dt>${t('reminders.to')}</dt><dd>${message.reader}</dd></div>
    </dl>
    <${MailView} message=${{ id: message.locale, html: message.html, locale: message.locale }} />
  </div>`;
}

/** @param {{message: any}} props */
function Sms({ message }) {
  const { sms } = message;
  return html`<div class="rem-handset">
      <p class="rem-handset-who"><${Face} name=${message.reader} /><span>${message.reader}</span></p>
      ${sms.values ? html`<${SMSValues} sms=${sms} locale=${message.locale} />` : html`<p class="rem-bubble" lang=${message.locale} dir="auto">${sms.signature ?? ''}${sms.text}</p>`}
    </div>
    ${!sms.values && html`<${Length} sms=${sms} />`}
    <${SMSSum} sms=${sms} />
    ${!sms.values && html`<p class="field-hint">${smsWhy(sms)}</p>`}`;
}

/** @param {{sms: any}} props whose words are all known */
function Length({ sms }) {
  const counts = {
    n: sms.parts,
    parts: number(sms.parts),
    characters: number(sms.characters),
    limit: number(sms.limit),
    encoding: sms.encoding,
  };
  return html`<p class=${`rem-sms-count tone-${sms.parts > 1 ? 'warn' : 'good'}`}>
    <${Icon} name=${sms.parts > 1 ? 'alert-triangle' : 'check'} /><span>${t('reminders.sms_count', counts)}</span>
  </p>`;
}

/** How it is counted, and what that costs. @param {any} sms */
function smsWhy(sms) {
  const rule = sms.mainland ? 'reminders.sms_mainland' : sms.encoding === 'GSM-7' ? 'reminders.sms_gsm' : 'reminders.sms_ucs';
  return t(rule, smsRoom(sms)) + (sms.parts > 1 ? ` ${t('reminders.sms_cost', { n: sms.parts })}` : '');
}

/** @param {{message: any}} props */
function WeChat({ message }) {
  const { title, fields, remark } = message.wechat;
  return html`<div class="rem-handset" lang=${message.locale}>
    <div class="rem-wechat-card">
      <p class="rem-wechat-title" dir="auto">${title}</p>
      <dl>${fields.map((/** @type {any} */ one) => html`<div key=${one.label}><dt>${one.label}</dt><dd dir="auto">${one.value}</dd></div>`)}</dl>
      ${remark && html`<p class="rem-wechat-remark" dir="auto">${remark}</p>`}
    </div>
  </div>
  <p class="field-hint">${t('reminders.wechat_note')}</p>`;
}

function Waiting() {
  return html`<div class="rem-mail-sheet rem-waiting">${['long', 'short', 'wide', 'wide', 'long'].map((kind) => html`<${Skeleton} kind=${kind} />`)}</div>`;
}
