// The reminders of an event on one line, from the first to the visit.
import { h } from '../lib/dom.js';
import { parse } from '../lib/dates.js';
import { t } from '../lib/i18n.js';
import { inOrder, wasKept } from '../lib/reminders.js';
import { reminderLook, typeIcon } from '../lib/status.js';
import { app } from '../app.js';
import { icon } from './icon.js';
import { ticking } from './when.js';

const SHOWN = 3;

/** A reminder's sign: what it is about, and at its foot how it stands. @param {any} reminder @param {import('../lib/status.js').Look} look */
export function sign(reminder, look) {
  return h('span', { class: `sign tone-${look.tone} ${reminder.status === 'sending' ? 'busy' : ''}`.trim() },
    icon(typeIcon(reminder.reminder_type)),
    h('span', { class: 'sign-foot' }, icon(look.icon)));
}

/**
 * @param {any[]} reminders of one event
 * @param {string} zone the event's
 * @param {Set<string>} fresh ids of those that have just changed
 */
export function track(reminders, zone, fresh) {
  if (reminders.length === 0) return h('p', { class: 'track-none' }, t('track.none'));
  const ordered = inOrder(reminders);
  // Where there are many, what comes next matters more than what is long done.
  const open = ordered.findIndex((r) => r.status === 'pending' || r.status === 'sending');
  const from = ordered.length <= SHOWN ? 0 : Math.max(0, Math.min(open < 0 ? ordered.length : open - 1, ordered.length - SHOWN));
  const shown = ordered.slice(from, from + SHOWN);
  const hidden = ordered.length - shown.length;
  return h('ul', { class: 'track', 'aria-label': t('track.label') },
    shown.map((r) => stop(r, zone, fresh.has(r.id))),
    hidden > 0 && h('li', { class: 'track-more', key: 'more' }, t('track.more', { n: hidden })));
}

/** @param {any} reminder @param {string} zone @param {boolean} fresh */
function stop(reminder, zone, fresh) {
  const kept = wasKept(reminder, reminder.expand?.deliveries_via_reminder, app.channels);
  const look = reminderLook(reminder, kept);
  const due = parse(reminder.send_datetime);
  return h('li', { class: `stop tone-${look.tone} ${fresh ? 'fresh' : ''}`.trim(), key: reminder.id, title: `${reminder.title}: ${t(look.key)}` },
    sign(reminder, look),
    h('span', { class: 'sr-only' }, `${reminder.title}: ${reminder.status === 'pending' ? t(look.key) + ', ' : ''}`),
    h('span', { class: 'stop-word' }, reminder.status === 'pending' && due ? ticking(due, zone, 'short') : t(look.key === 'reminder.kept' ? 'track.kept' : look.key)));
}
