// What would be sent, when, to whom and by what, if the form were saved as it is.
import { useState } from 'preact/hooks';
import { daysBetween, moment, parse, time } from '../lib/dates.js';
import { sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, intl, list, number, t } from '../lib/i18n.js';
import { reasonWords } from '../lib/reasons.js';
import { leadDays } from '../lib/reminders.js';
import { reminderLook, typeIcon } from '../lib/status.js';
import { Badge } from './badge.js';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';
import { byMail, PreviewMessage } from './preview-message.js';
import { Sign } from './track.js';

/** @typedef {import('./use-answer.js').Answer} Answer */
/** @typedef {{preview: Answer, values: Record<string, any>}} Props */

/** Those that would leave, and those that would no longer. @param {Answer} preview @returns {any[]} */
const told = (preview) => (preview.data?.reminders ?? []).filter((/** @type {any} */ r) => r.status === 'pending' || r.was);

/** @param {Answer} preview @returns {any[]} */
const waiting = (preview) => told(preview).filter((r) => r.status === 'pending');

/** How many calendar days before the start, in the zone of the event. @param {any} reminder @param {Record<string, any>} values */
function lead(reminder, values) {
  const due = parse(reminder.send_datetime);
  const start = parse(values.planned_start_date);
  return due && start ? leadDays(due, start, (a, b) => daysBetween(a, b, values.timezone)) : null;
}

/** @param {Props} props */
export function PlanPreview({ preview, values }) {
  const [read, setRead] = useState(/** @type {any} */ (null));
  const { data, stale, problem } = preview;
  return html`<header class="preview-head"><h2>${t('event-form.preview')}</h2>${stale && data && html`<${Icon} name="loader-2" spin />`}</header>
    ${!data && !problem && html`<p class="preview-none"><${Icon} name="bell" /><span>${t('event-form.preview_start')}</span></p>`}
    ${!data && problem && html`<p class="preview-none"><${Icon} name="alert-circle" /><span>${sentence(problem, t, has)}</span></p>`}
    ${
      data &&
      html`<${Warnings} warnings=${data.warnings ?? []} />
      <ol class="preview-list" aria-busy=${stale ? 'true' : null}>${told(preview).map((r, i) => html`<${Item} key=${r.id ?? i} reminder=${r} values=${values} read=${() => setRead(r)} />`)}</ol>`
    }
    ${read && html`<${PreviewMessage} reminder=${read} onClose=${() => setRead(null)} />`}`;
}

/** One line for a phone, which opens all of it. @param {Props} props */
export function PreviewSummary({ preview, values }) {
  const [open, setOpen] = useState(false);
  return html`<button type="button" class="preview-summary" aria-haspopup="dialog" onClick=${() => setOpen(true)}>
      <${Icon} name=${preview.data?.warnings?.some(urgent) ? 'alert-triangle' : 'bell'} /><span>${summaryWords(preview, values)}</span><${Icon} name="chevron-up" />
    </button>
    ${
      open &&
      html`<${Dialog} title=${t('event-form.preview')} onClose=${() => setOpen(false)}>
      <div class="dialog-body preview-sheet"><${PlanPreview} preview=${preview} values=${values} /></div>
    <//>`
    }`;
}

/** "3 reminders: 7, 3 and 1 days before". @param {Answer} preview @param {Record<string, any>} values */
function summaryWords(preview, values) {
  if (!preview.data) return t('event-form.preview_start');
  const all = waiting(preview);
  if (all.length === 0) return preview.data.warnings?.[0] ? warningWords(preview.data.warnings[0]) : t('event-form.nothing_sent');
  const days = all.map((r) => lead(r, values) ?? 0);
  return days.every((n) => n > 0)
    ? t('event-form.sum_days', { n: all.length, days: list(days.map(number)) })
    : t('event-form.sum', { n: all.length });
}

/** @param {{warnings: any[]}} props */
function Warnings({ warnings }) {
  if (warnings.length === 0) return null;
  return html`<ul class="preview-warnings">${warnings.map(
    (w) => html`<li key=${JSON.stringify(w)} class=${urgent(w) ? 'tone-warn' : 'tone-quiet'}>
    <${Icon} name=${urgent(w) ? 'alert-triangle' : 'info-circle'} /><span>${warningWords(w)}</span>
  </li>`,
  )}</ul>`;
}

/** Whether somebody would get nothing. @param {any} warning */
const urgent = (warning) => ['unreachable', 'no_recipient', 'no_channel'].includes(warning.code);

/** @param {any} warning */
function warningWords({ code, params = {}, message }) {
  const key = `event-form.warning.${code}`;
  if (!has(key)) return message;
  return t(key, {
    ...params,
    channel: params.channel ? t(`by.${params.channel}`) : '',
    reason: reasonWords(params.reason ?? ''),
  });
}

/** @param {{reminder: any, values: Record<string, any>, read: () => void}} props */
function Item({ reminder: r, values, read }) {
  const look = reminderLook(r, false);
  const days = lead(r, values);
  const off = r.status !== 'pending';
  const due = parse(r.send_datetime);
  return html`<li class=${`preview-item tone-${look.tone}`}>
    <${Sign} reminder=${r} look=${look} />
    <div>
      <h3 dir="auto">${r.title}</h3>
      <p class="preview-when">${days !== null && html`<span>${days === 0 ? t('event-form.same_day') : t('event-form.days_before', { n: days })}</span> · `}${due && html`<time datetime=${r.send_datetime}>${moment(due, values.timezone, intl(), new Date())}</time>`}</p>
      ${r.was && html`<${Was} reminder=${r} zone=${values.timezone} />`}
      ${off ? html`<p><${Badge} look=${look} /></p>` : html`<${Readers} reminder=${r} />`}
      ${!off && r.messages?.length > 0 && html`<${ReadButton} reminder=${r} read=${read} />`}
    </div>
  </li>`;
}

/** @param {{reminder: any, read: () => void}} props */
function ReadButton({ reminder, read }) {
  const words = t(byMail(reminder) ? 'event-form.read_mail' : 'event-form.read');
  return html`<button type="button" class="text-button" aria-label=${`${words}: ${reminder.title}`} onClick=${read}>${words}</button>`;
}

/** How it stands now, where that would change. @param {{reminder: any, zone: string}} props */
function Was({ reminder: r, zone }) {
  const before = parse(r.was.send_datetime);
  const due = parse(r.send_datetime);
  if (!before || !due || before.getTime() === due.getTime()) return null;
  const sameDay = moment(before, zone, intl(), new Date()).slice(0, -5) === moment(due, zone, intl(), new Date()).slice(0, -5);
  const words = sameDay ? time(before, zone, intl()) : moment(before, zone, intl(), new Date());
  return html`<p class="preview-was"><${Icon} name="clock" />${t('event-form.was', { time: words })}</p>`;
}

/** @param {{reminder: any}} props */
function Readers({ reminder: r }) {
  const reached = (r.recipients ?? []).map((/** @type {any} */ one) => one.name);
  return html`<p class="preview-readers">
    <span dir="auto">${reached.length > 0 ? list(reached) : t('send.nobody')}</span>
    ${(r.channels ?? []).map((/** @type {string} */ name) => html`<span key=${name} class="preview-channel"><${Icon} name=${typeIcon(name)} />${t(`channel.${name}`)}</span>`)}
  </p>`;
}
