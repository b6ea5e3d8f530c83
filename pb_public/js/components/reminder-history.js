// What happened to a reminder: who, when, what.
import { useState } from 'preact/hooks';
import { changesOf } from '../data/reminders.js';
import { moment, parse } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { has, intl, list, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { told } from '../lib/reminder-list.js';

const FIRST = 4;

/** @param {{reminder: any, zone: string}} props */
export function ReminderHistory({ reminder, zone }) {
  const { data } = useQuery(`reminder-history/${reminder.id}/${reminder.updated}`, () => changesOf(reminder.id), { sticky: true });
  const [open, setOpen] = useState(false);
  if (!data || data.length === 0) return null;
  const shown = open ? data : data.slice(0, FIRST);
  return html`<section class="card rem-side-card" aria-labelledby="history-title">
    <h2 id="history-title">${t('reminders.history')}</h2>
    <ol class="rem-history">${shown.map((/** @type {any} */ entry) => html`<${Entry} key=${entry.id} entry=${entry} zone=${zone} />`)}</ol>
    ${data.length > shown.length && html`<button type="button" class="rem-text-button" onClick=${() => setOpen(true)}>${t('reminders.history_all', { n: data.length - shown.length })}</button>`}
  </section>`;
}

/** @param {{entry: any, zone: string}} props */
function Entry({ entry, zone }) {
  const at = parse(entry.created) ?? new Date(0);
  const planned = entry.changes?.origin?.[1] === 'plan';
  const changes = told(entry);
  return html`<li class="rem-history-entry">
    <p><span class="strong">${entry.actor_name || t('reminders.system')}</span> ${entry.action === 'update' && changes.length > 0 ? '' : t(planned ? 'reminders.did.planned' : `reminders.did.${entry.action}`)}</p>
    ${changes.map((one) => html`<p key=${one.field}>${changeWords(one, zone)}</p>`)}
    <p class="muted"><time datetime=${at.toISOString()}>${moment(at, zone, intl(), new Date())}</time></p>
  </li>`;
}

/** @param {{field: string, from: any, to: any}} change @param {string} zone */
function changeWords({ field, from, to }, zone) {
  const name = t(`reminders.field.${field}`);
  const say = SAY[/** @type {keyof typeof SAY} */ (field)];
  return say ? t('reminders.change', { name, from: say(from, zone), to: say(to, zone) }) : t('reminders.changed', { name });
}

const SAY = {
  status: (/** @type {string} */ one) => (has(`reminder.${one}`) ? t(`reminder.${one}`) : one),
  reminder_type: (/** @type {string} */ one) => (has(`reminder.${one}`) ? t(`reminder.${one}`) : one),
  title: (/** @type {string} */ one) => `“${one}”`,
  channels: (/** @type {string[]} */ all) => list((all ?? []).map((one) => t(`channel.${one}`))) || '–',
  send_datetime: (/** @type {string} */ one, /** @type {string} */ zone) => {
    const at = parse(one);
    return at ? moment(at, zone, intl(), new Date()) : '–';
  },
};
