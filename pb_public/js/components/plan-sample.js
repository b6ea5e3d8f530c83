// What the steps on the screen would send for an event: when, to whom, in which words, and what stands in the way.

import { sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, list, t } from '../lib/i18n.js';
import { reasonWords } from '../lib/reasons.js';
import { reminderLook, typeIcon } from '../lib/status.js';
import { Badge } from './badge.js';
import { Icon } from './icon.js';
import { PlanWords } from './plan-words.js';
import { SampleEvent } from './sample-event.js';
import { SkeletonRows } from './states.js';

/** @typedef {import('./use-sample.js').Sample} Sample */

/** @param {{sample: Sample, chosen: string, onChoose: (uid: string) => void, templateOf: (uid: string) => any}} props templateOf: the template of a step */
export function PlanSample({ sample, chosen, onChoose, templateOf }) {
  const { answer, event, onEvent, rows } = sample;
  return html`<section class="card plan-sample" aria-labelledby="sample-title">
    <header class="plan-sample-head">
      <h2 id="sample-title">${t('plans.would_send')}</h2>
      <${SampleEvent} event=${event} onEvent=${onEvent} madeUp=${t('plans.made_up', { date: sample.startWords })} />
      ${event && html`<p class="field-hint">${t('plans.starts', { date: sample.startWords })}</p>`}
    </header>
    ${answer.problem && !answer.data && html`<p class="form-error"><${Icon} name="alert-circle" /><span>${sentence(answer.problem, t, has)} <button type="button" class="text-button" onClick=${answer.again}>${t('action.try_again')}</button></span></p>`}
    ${!answer.data && !answer.problem && Object.keys(answer.refused).length === 0 && html`<${SkeletonRows} count=${3} kind="plan-sample-wait" />`}
    ${answer.data && rows.length === 0 && html`<p class="muted plan-sample-none">${t('plans.sends_nothing')}</p>`}
    <ul class="plan-sample-rows">${rows.map((row) => html`<${Row} key=${row.key} row=${row} open=${row.uid !== '' && row.uid === chosen} onChoose=${onChoose} template=${templateOf(row.uid)} event=${event} />`)}</ul>
    <${Warnings} warnings=${answer.data?.warnings ?? []} madeUp=${!event} />
  </section>`;
}

/** @param {{row: import('./use-sample.js').Row, open: boolean, onChoose: (uid: string) => void, template: any, event: any}} props */
function Row({ row, open, onChoose, template, event }) {
  const { reminder, uid } = row;
  const head = html`<span class="plan-sample-date">${row.date}</span><span class="plan-sample-title" dir="auto">${row.title}</span>
    <span class="plan-sample-end"><${Fate} row=${row} />${uid && html`<${Icon} name="chevron-down" />`}</span>`;
  return html`<li class=${`plan-sample-row${open ? ' open' : ''}${reminder && reminder.status !== 'cancelled' ? '' : ' off'}`}>
    ${uid ? html`<button type="button" class="plan-sample-button" aria-expanded=${String(open)} onClick=${() => onChoose(open ? '' : uid)}>${head}</button>` : html`<div class="plan-sample-button">${head}</div>`}
    ${open && html`<div class="plan-sample-more">${reminder ? html`<${Readers} reminder=${reminder} /><${PlanWords} reminder=${reminder} id=${uid} template=${template} event=${event} />` : html`<p class="muted">${row.why}</p>`}</div>`}
  </li>`;
}

/** What becomes of it, where that is not plain: of an event that has reminders already, or where nothing is sent. @param {{row: import('./use-sample.js').Row}} props */
function Fate({ row }) {
  const { reminder } = row;
  if (!reminder) return html`<span class="plan-sample-fate">${t('plans.not_sent')}</span>`;
  if (reminder.status !== 'pending') return html`<${Badge} plain look=${reminderLook(reminder, false)} />`;
  if (reminder.was) return html`<span class="plan-sample-fate">${t('plans.moves')}</span>`;
  if (!row.uid) return html`<span class="plan-sample-fate">${t('plans.by_hand')}</span>`;
  return null;
}

/** @param {{reminder: any}} props */
function Readers({ reminder }) {
  if (reminder.status !== 'pending') {
    return html`<p class="muted">${reasonWords(reminder.status_reason ?? '')}</p>`;
  }
  if (reminder.recipients.length === 0) return html`<p class="muted">${t('send.nobody')}</p>`;
  return html`<ul class="plan-readers">${reminder.recipients.map(
    (/** @type {any} */ one) => html`<li key=${one.id}>
    <span class="strong" dir="auto">${one.name}</span>${one.contact && html` <span class="muted">${t('plans.to_short.contact_person')}</span>`}
    <span class="plan-reader-channels">${Object.entries(one.channels).map(
      ([
        name,
        reason,
      ]) => html`<span key=${name} class=${reason ? 'plan-reader-channel off' : 'plan-reader-channel'} title=${reason ? reasonWords(String(reason)) : null}>
      <${Icon} name=${typeIcon(name)} />${t(`channel.${name}`)}${reason && html`<span>– ${reasonWords(String(reason))}</span>`}</span>`,
    )}</span>
  </li>`,
  )}</ul>`;
}

/** What a person should know; who cannot be reached by what is told together. @param {{warnings: any[], madeUp: boolean}} props */
function Warnings({ warnings, madeUp }) {
  const words = [...new Set(warnings.filter((w) => w.code !== 'unreachable').map((w) => warningWords(w, madeUp)))];
  const people = [...new Set(warnings.filter((w) => w.code === 'unreachable').map((w) => w.params.name))];
  if (people.length > 0) words.push(t('plans.warn.unreachable', { people: list(people) }));
  if (words.length === 0) return null;
  return html`<ul class="plan-warnings">${words.map((one) => html`<li key=${one}><${Icon} name="alert-triangle" /><span>${one}</span></li>`)}</ul>`;
}

/** @param {any} warning @param {boolean} madeUp that lacks people, as a customer's contact, says nothing of the plan */
function warningWords({ code, params = {}, message }, madeUp) {
  const key = `plans.warn.${code}${madeUp && code === 'no_recipient' ? '_made_up' : ''}`;
  return has(key) ? t(key, { title: params.title ?? '' }) : message;
}
