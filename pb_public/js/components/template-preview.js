// What a template becomes, in each language side by side, about an event of one's choice; and a test to oneself.
import { useState } from 'preact/hooks';
import { readDelivery } from '../data/office.js';
import { testTemplate } from '../data/plans.js';
import { explain, sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, languageName, t } from '../lib/i18n.js';
import { user } from '../lib/state.js';
import { Button, Choice } from './button.js';
import { Fate } from './fate.js';
import { Icon } from './icon.js';
import { MailLook, SMSLook, WeChatLook } from './message-look.js';
import { SampleEvent } from './sample-event.js';
import { Skeleton } from './states.js';

/** @typedef {import('./use-answer.js').Answer} Answer */

const VIEWS = [
  { value: 'email', icon: 'mail' },
  { value: 'sms', icon: 'device-mobile' },
  { value: 'wechat', icon: 'brand-wechat' },
];

/**
 * @param {object} props
 * @param {string[]} props.languages those that are written
 * @param {string} props.current the one that a phone shows
 * @param {(language: string) => Answer} props.answer
 * @param {(language: string) => Record<string, any>} props.draft what a test sends
 * @param {any} props.event null for a made-up one
 * @param {(event: any) => void} props.onEvent
 */
export function TemplatePreview({ languages, current, answer, draft, event, onEvent }) {
  const [view, setView] = useState('email');
  return html`<section class="tpl-preview" aria-labelledby="preview-title">
    <header class="tpl-preview-head">
      <h2 id="preview-title">${t('templates.preview')}</h2>
      <${Choice} label=${t('templates.preview_as')} value=${view} onChange=${setView} options=${VIEWS.map((v) => ({ ...v, label: t(`channel.${v.value}`) }))} />
      <${SampleEvent} event=${event} onEvent=${onEvent} madeUp=${t('templates.made_up')} />
    </header>
    <div class="tpl-columns">
      ${languages.map(
        (one) => html`<div key=${one} class=${one === current ? 'tpl-column current' : 'tpl-column'}>
        <header class="tpl-preview-language">
          <p class="strong" lang=${one}>${languageName(one)}</p>
          <${SendTest} language=${one} draft=${() => draft(one)} wrong=${Object.keys(answer(one).refused).length > 0} />
        </header>
        <${Look} view=${view} language=${one} answer=${answer(one)} />
      </div>`,
      )}
    </div>
  </section>`;
}

/** @param {{view: string, language: string, answer: Answer}} props */
function Look({ view, language, answer }) {
  const { data, problem, refused, stale } = answer;
  const wrong = Object.keys(refused).length > 0;
  if (problem && !data) {
    return html`<p class="quiet-note"><${Icon} name="alert-circle" /><span>${sentence(problem, t, has)} <button type="button" class="text-button" onClick=${answer.again}>${t('action.try_again')}</button></span></p>`;
  }
  if (!data)
    return wrong
      ? html`<p class="quiet-note"><${Icon} name="alert-circle" /><span>${t('templates.preview_none')}</span></p>`
      : html`<${Skeleton} kind="block msg-wait" />`;
  return html`<div class=${stale && wrong ? 'msg-stale' : ''}>
    ${wrong && html`<p class="quiet-note"><${Icon} name="history" /><span>${t('templates.preview_stale')}</span></p>`}
    ${view === 'email' && html`<${MailLook} id=${`preview-${language}`} locale=${language} subject=${data.subject} html=${data.html} />`}
    ${view === 'sms' && html`<${SMSLook} locale=${language} sms=${data.sms} params=${data.sms_params} />`}
    ${view === 'wechat' && html`<${WeChatLook} locale=${language} wechat=${data.wechat} />`}
  </div>`;
}

/** Mails the text to the reader, and follows what comes of it. @param {{language: string, draft: () => Record<string, any>, wrong: boolean}} props */
function SendTest({ language, draft, wrong }) {
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(''); // the delivery
  const [failed, setFailed] = useState('');
  const send = async () => {
    setBusy(true);
    setSent('');
    setFailed('');
    try {
      setSent(await testTemplate(draft()));
    } catch (error) {
      setFailed(wrong ? t('templates.test_wrong') : sentence(explain(error), t, has));
    }
    setBusy(false);
  };
  return html`<div class="tpl-test">
    <${Button} icon="send" busy=${busy} label=${t('templates.test_in', { language: languageName(language) })} onClick=${send}>${t('templates.test')}<//>
    <div role="alert">${failed && html`<p class="field-error"><${Icon} name="alert-circle" /><span>${failed}</span></p>`}</div>
    ${sent && html`<${Fate} key=${sent} load=${() => readDelivery(sent)} to=${user.value?.email} />`}
  </div>`;
}
