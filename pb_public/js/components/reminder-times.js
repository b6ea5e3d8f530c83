// When a reminder is due and when it left, where it comes from, and to whom it goes.

import { day, moment, parse, sameClock, time, zoneName } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { recipients, wasKept } from '../lib/reminders.js';
import { channels, viewerZone, zoneOf } from '../lib/state.js';
import { Icon } from './icon.js';
import { When } from './when.js';

const NAMED = 3;

/** @param {{reminder: any, deliveries: any[], zone: string}} props */
export function ReminderTimes({ reminder: r, deliveries, zone }) {
  const due = parse(r.send_datetime);
  if (!due) return null;
  const sent = parse(r.sent_at);
  const now = new Date();
  const elsewhere = !sameClock(zone, viewerZone.value, due);
  const waits = r.status === 'pending' || r.status === 'sending';
  return html`<p class="rem-line-fact"><${Icon} name="clock" /><span class="rem-dotted">
    <span><span class="sr-only">${t('reminders.due')} </span>${moment(due, zone, intl(), now)}${elsewhere && ` (${zoneName(zone, due, intl())})`}</span>
    ${waits && html`<span class="rem-due"><${When} at=${due} zone=${zone} form=${due > now ? 'due' : 'since'} /></span>`}
    ${sent && html`<span>${t(wasKept(r, deliveries, channels.value) ? 'reminders.kept_at' : 'reminders.sent_at', { time: sentWords(sent, due, zone, now) })}</span>`}
    ${r.late && html`<span class="rem-late">${t('reminders.late')}</span>`}
  </span></p>`;
}

/** Only the time where it left on the day it was due. @param {Date} sent @param {Date} due @param {string} zone @param {Date} now */
function sentWords(sent, due, zone, now) {
  const clock = time(sent, zone, intl(), true);
  const on = day(sent, zone, intl(), now);
  return on === day(due, zone, intl(), now) ? clock : `${on} ${clock}`;
}

/** "7 days before, by the plan, changed by hand". @param {any} r a reminder with its step */
export function originWords(r) {
  if (r.origin !== 'plan') return [t('reminders.by_hand')];
  const step = r.expand?.plan_step;
  const days = step?.days_before;
  const when =
    days === undefined ? t('reminders.by_plan') : days === 0 ? t('reminders.step_same_day') : t('reminders.step_before', { n: days });
  return (r.detached ?? []).length > 0 ? [when, t('reminders.detached')] : [when];
}

/** @param {{reminder: any}} props */
export function ReminderPeople({ reminder }) {
  const people = recipients(reminder).map((one) => one.name || t('recipient.unknown'));
  const shown = people.slice(0, NAMED);
  return html`<p class="rem-line-fact"><${Icon} name="users" /><span>
    <span class="sr-only">${t('reminders.to')} </span>${people.length === 0 ? t('send.nobody') : shown.join(t('reminders.comma'))}
    ${people.length > NAMED && html` <span class="muted">${t('track.more', { n: people.length - NAMED })}</span>`}
  </span></p>`;
}

/** What is reminded of, and when it is. @param {any} event */
export function eventWords(event) {
  const start = parse(event.planned_start_date);
  if (!start) return event.expand?.customer?.name ?? '';
  const zone = zoneOf(event);
  const at =
    moment(start, zone, intl(), new Date()) + (sameClock(zone, viewerZone.value, start) ? '' : ` (${zoneName(zone, start, intl())})`);
  return [event.expand?.customer?.name, at].filter(Boolean).join(' · ');
}
