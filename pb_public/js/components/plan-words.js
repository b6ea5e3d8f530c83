// The words of a reminder that a plan would send: in each language of its readers, by each of its channels.
import { useState } from 'preact/hooks';
import { previewTemplate } from '../data/plans.js';
import { CHANNELS } from '../lib/channels.js';
import { html } from '../lib/html.js';
import { languageName, t } from '../lib/i18n.js';
import { typeIcon } from '../lib/status.js';
import { textIn } from '../lib/templates.js';
import { Choice } from './button.js';
import { MailLook, SMSLook, WeChatLook } from './message-look.js';
import { Skeleton } from './states.js';
import { useAnswer } from './use-answer.js';

/** @typedef {import('../lib/templates.js').Template} Template */

/** @param {{reminder: any, id: string, template: Template | undefined, event: any}} props event: null for a made-up one */
export function PlanWords({ reminder, id, template, event }) {
  const [reads, setReads] = useState('');
  const [picked, setPicked] = useState('');
  const messages = /** @type {any[]} */ (reminder.messages ?? []);
  const message = messages.find((m) => m.locale === reads) ?? messages[0];
  if (!message) return null;
  const channels = CHANNELS.filter((name) => reminder.channels.includes(name));
  const view = channels.includes(picked) ? picked : (channels[0] ?? 'email');
  const languages = messages.map((m) => ({ value: m.locale, label: languageName(m.locale) }));
  const looks = channels.map((value) => ({ value, label: t(`channel.${value}`), icon: typeIcon(value) }));
  return html`${
    (messages.length > 1 || channels.length > 1) &&
    html`<div class="plan-words-choice">
      ${channels.length > 1 && html`<${Choice} label=${t('templates.preview_as')} value=${view} onChange=${setPicked} options=${looks} />`}
      ${messages.length > 1 && html`<${Choice} label=${t('nav.language')} value=${message.locale} onChange=${setReads} options=${languages} />`}
    </div>`
  }
    ${
      view === 'email'
        ? html`<${MailLook} id=${`${id}-${message.locale}`} locale=${message.locale} subject=${message.subject} html=${message.html} />`
        : html`<${Short} view=${view} locale=${message.locale} reminder=${reminder} template=${template} event=${event} />`
    }`;
}

/** An SMS or a card: the server composes them of the template. @param {{view: string, locale: string, reminder: any, template: Template | undefined, event: any}} props */
function Short({ view, locale, reminder, template, event }) {
  const text = textIn(template, locale) ?? {};
  const { data } = useAnswer(
    {
      locale,
      reminder_type: reminder.reminder_type,
      event: event?.id ?? '',
      title: text.title ?? '',
      message: text.message ?? '',
      sms_params: text.sms_params ?? null,
      wechat_data: text.wechat_data ?? null,
    },
    previewTemplate,
  );
  if (!data) return html`<${Skeleton} kind="block" />`;
  return html`${view === 'sms' ? html`<${SMSLook} locale=${locale} sms=${data.sms} params=${data.sms_params} />` : html`<${WeChatLook} locale=${locale} wechat=${data.wechat} />`}
    ${!event && html`<p class="field-hint">${t('plans.words_made_up')}</p>`}`;
}
