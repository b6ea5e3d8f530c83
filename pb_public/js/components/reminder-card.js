// One reminder on the line of its event: when, what, to whom, by which channel, and what came of it.
import { h } from '../lib/dom.js';
import { day, daysBetween, moment, parse, sameClock, time, zoneName } from '../lib/dates.js';
import { has, intl, list, t } from '../lib/i18n.js';
import { canRetry, canSend, leadDays, reasonKey, recipients, wasKept } from '../lib/reminders.js';
import { channelLook, reminderLook, typeIcon } from '../lib/status.js';
import { app, channelNamed, viewerZone } from '../app.js';
import { badge } from './badge.js';
import { deliveryRows } from './deliveries.js';
import { icon } from './icon.js';
import { prose } from './prose.js';
import { sign } from './track.js';
import { ticking } from './when.js';

/**
 * @typedef {object} CardContext
 * @property {any} event
 * @property {string} zone the event's
 * @property {boolean} mayChange
 * @property {Set<string>} fresh ids of those that have just changed
 * @property {Set<string>} busy ids of those that were just asked for
 * @property {(reminder: any) => void} send
 * @property {(reminder: any) => void} retry
 */

/** @param {any} reminder @param {any[]} deliveries its own @param {CardContext} c */
export function reminderCard(reminder, deliveries, c) {
  const kept = wasKept(reminder, deliveries, app.channels);
  const look = reminderLook(reminder, kept);
  return h('li', { class: `moment ${c.fresh.has(reminder.id) ? 'fresh' : ''} tone-${look.tone}`, key: reminder.id, id: 'reminder-' + reminder.id },
    sign(reminder, look),
    h('article', { class: 'card reminder', 'aria-labelledby': 'title-' + reminder.id },
      h('header', { class: 'reminder-head' },
        h('div', null,
          h('h3', { id: 'title-' + reminder.id }, reminder.title),
          timing(reminder, c, kept)),
        badge(look)),
      reason(reminder, deliveries),
      deliveries.length > 0 ? deliveryRows(deliveries, c.zone) : plannedFor(reminder),
      words(reminder),
      actions(reminder, c)));
}

/** When it is due, how long before the event, and when it left. @param {any} reminder @param {CardContext} c @param {boolean} kept */
function timing(reminder, c, kept) {
  const due = parse(reminder.send_datetime);
  const sent = parse(reminder.sent_at);
  const start = parse(c.event.planned_start_date);
  if (!due) return null;
  const now = new Date();
  const days = start && leadDays(due, start, (a, b) => daysBetween(a, b, c.zone));
  const waiting = reminder.status === 'pending';
  return h('p', { class: 'reminder-when' }, h('span', { class: 'dotted' },
    h('span', null, sent ? t(kept ? 'reminder.kept_at' : 'reminder.sent_at', { time: `${day(sent, c.zone, intl(), now)} ${time(sent, c.zone, intl(), true)}` }) : moment(due, c.zone, intl(), now),
      !sameClock(c.zone, viewerZone(), due) && ` (${zoneName(c.zone, due, intl())})`),
    waiting && h('span', { class: 'reminder-due' }, ticking(due, c.zone, 'due')),
    typeof days === 'number' && h('span', null, days === 0 ? t('reminder.same_day') : t('reminder.days_before', { n: days })),
    reminder.origin === 'manual' && h('span', null, t('reminder.by_hand')),
    reminder.late && h('span', { class: 'late' }, icon('clock'), t('reminder.late'))));
}

/** Why it stands as it does, unless a delivery says so itself. @param {any} reminder @param {any[]} deliveries */
function reason(reminder, deliveries) {
  if (!reminder.status_reason || reminder.status === 'sent') return null;
  if (deliveries.some((d) => d.error === reminder.status_reason)) return null;
  const key = reasonKey(reminder.status_reason);
  return h('p', { class: 'reminder-reason' }, icon('info-circle'), has(key) ? t(key) : reminder.status_reason);
}

/** To whom and by what it will go. @param {any} reminder */
function plannedFor(reminder) {
  const people = recipients(reminder).map((r) => r.name || t('recipient.unknown'));
  return h('dl', { class: 'planned' },
    h('dt', null, icon('users'), h('span', { class: 'sr-only' }, t('reminder.to'))),
    h('dd', null, people.length > 0 ? list(people) : t('reminder.nobody')),
    h('dt', null, icon('send'), h('span', { class: 'sr-only' }, t('reminder.by'))),
    h('dd', { class: 'planned-channels' }, (reminder.channels ?? []).map(channelChip)));
}

/** A channel, and its state where that is not simply ready. @param {string} name */
function channelChip(name) {
  const channel = channelNamed(name);
  const look = channelLook(channel);
  const ready = !channel || channel.state === 'ready';
  return h('span', { class: `channel-chip ${ready ? '' : 'tone-' + look.tone}`.trim() },
    icon(typeIcon(name)), t('channel.' + name), !ready && h('span', { class: 'channel-state' }, t(look.key)));
}

/** @param {any} reminder */
function words(reminder) {
  if (!reminder.message) return null;
  return h('details', { class: 'words' },
    h('summary', null, icon('chevron-right'), t('reminder.message')),
    h('div', { class: 'prose' }, prose(reminder.message)));
}

/** @param {any} reminder @param {CardContext} c */
function actions(reminder, c) {
  if (!c.mayChange) return null;
  const busy = c.busy.has(reminder.id);
  if (canSend(reminder, c.event)) {
    return h('footer', { class: 'reminder-foot' },
      h('button', { type: 'button', class: 'button', 'aria-disabled': busy ? 'true' : null, 'aria-describedby': 'title-' + reminder.id, on: { click: () => !busy && c.send(reminder) } },
        icon(busy ? 'loader-2' : 'send', busy ? 'spin' : ''), t('action.send_now')));
  }
  if (canRetry(reminder, c.event)) {
    return h('footer', { class: 'reminder-foot' },
      h('button', { type: 'button', class: 'button primary', 'aria-disabled': busy ? 'true' : null, 'aria-describedby': 'title-' + reminder.id, on: { click: () => !busy && c.retry(reminder) } },
        icon('refresh', busy ? 'spin' : ''), t('action.retry')));
  }
  return null;
}
