// What the list of an event's reminders counts and shows, without any screen.
import { parse } from './dates.js';
import { causeOf, isKept } from './deliveries.js';

/** @typedef {import('./status.js').Look} Look */
/** @typedef {import('./deliveries.js').Cause} Cause */
/** @typedef {'pending' | 'sent' | 'overdue' | 'failed'} Show */

export const SHOWS = /** @type {const} */ (['pending', 'sent', 'overdue', 'failed']);

const GRACE = 5 * 60_000;

/** Its time has passed, and it has not left. @param {any} reminder @param {Date} now */
export function isOverdue(reminder, now) {
  const due = parse(reminder.send_datetime);
  return (reminder.status === 'pending' || reminder.status === 'sending') && due !== null && now.getTime() - due.getTime() > GRACE;
}

/** Whether a reminder belongs to what one of the numbers counts. @param {any} reminder @param {string} show @param {Date} now */
export function belongs(reminder, show, now) {
  switch (show) {
    case 'pending':
      return reminder.status === 'pending' || reminder.status === 'sending';
    case 'sent':
      return reminder.status === 'sent' || reminder.status === 'partial';
    case 'overdue':
      return isOverdue(reminder, now);
    case 'failed':
      return reminder.status === 'failed' || reminder.status === 'partial';
    default:
      return true;
  }
}

/** @param {any[]} reminders @param {Date} now @returns {Record<'total' | Show, number>} */
export function tally(reminders, now) {
  const count = (/** @type {Show} */ show) => reminders.filter((r) => belongs(r, show, now)).length;
  return { total: reminders.length, pending: count('pending'), sent: count('sent'), overdue: count('overdue'), failed: count('failed') };
}

/** The deliveries of each reminder. @param {any[]} deliveries @returns {Map<string, any[]>} */
export function byReminder(deliveries) {
  /** @type {Map<string, any[]>} */
  const all = new Map();
  for (const one of deliveries) all.set(one.reminder, [...(all.get(one.reminder) ?? []), one]);
  return all;
}

/** @typedef {{icon: string, tone: Look['tone'], key: string, n: number}} Told a count of messages, in a word */

/**
 * How a channel of a reminder stands: what came of its messages, the worst first; while there are none, null.
 * @param {any} reminder @param {string} channel @param {any[]} deliveries of the reminder
 * @returns {Told[] | null}
 */
export function channelResult(reminder, channel, deliveries) {
  const counted = reminder.channel_status?.[channel];
  if (!counted) return null;
  const kept = deliveries.some((d) => d.channel === channel && isKept(d));
  /** @type {Told[]} */
  const all = [
    { icon: 'x', tone: 'bad', key: 'failed', n: counted.failed ?? 0 },
    { icon: 'hourglass', tone: 'pending', key: 'queued', n: counted.queued ?? 0 },
    { icon: kept ? 'inbox' : 'check', tone: 'good', key: kept ? 'kept' : 'sent', n: counted.sent ?? 0 },
    { icon: 'player-skip-forward', tone: 'quiet', key: 'skipped', n: counted.skipped ?? 0 },
  ];
  return all.filter((one) => one.n > 0);
}

/** Failures say more than what waits, and that more than what was passed over. @param {any} d */
const rank = (d) => ({ failed: 0, skipped: 2, cancelled: 3 })[/** @type {string} */ (d.status)] ?? 1;

/**
 * The causes of a reminder, each once, the worst first.
 * @param {any} reminder @param {any[]} deliveries its own @returns {Cause[]}
 */
export function causes(reminder, deliveries) {
  /** @type {Map<string, Cause>} */
  const found = new Map();
  for (const d of [...deliveries].sort((a, b) => rank(a) - rank(b))) {
    const cause = causeOf(d);
    if (cause && !found.has(cause.words)) found.set(cause.words, cause);
  }
  const own = reminder.status === 'sent' ? null : causeOf({ error: reminder.status_reason });
  return found.size === 0 && own ? [own] : [...found.values()];
}

/** @typedef {{id: string, contact: boolean, person: any, rows: any[]}} Group a recipient, and a row for each channel: a delivery, or what is planned */

/**
 * The messages of a reminder by recipient. Who has none yet has a row for each channel all the same, as long as it is to leave.
 * @param {any} reminder with its recipients @param {any[]} deliveries its own @returns {Group[]}
 */
export function groups(reminder, deliveries) {
  /** @type {Map<string, Group>} */
  const found = new Map();
  const group = (/** @type {string} */ id, /** @type {boolean} */ contact, /** @type {any} */ person) => {
    const one = found.get(id) ?? { id, contact, person: null, rows: [] };
    one.person ??= person ?? null;
    found.set(id, one);
    return one;
  };
  for (const [field, contact] of /** @type {const} */ ([
    ['recipients', false],
    ['contact_recipients', true],
  ])) {
    for (const id of reminder[field] ?? [])
      group(
        id,
        contact,
        reminder.expand?.[field]?.find((/** @type {any} */ one) => one.id === id),
      );
  }
  for (const d of deliveries) group(d.user || d.contact, !d.user, d.expand?.user ?? d.expand?.contact).rows.push(d);
  if (reminder.status === 'pending') {
    for (const one of found.values())
      if (one.rows.length === 0)
        one.rows = (reminder.channels ?? []).map((/** @type {string} */ channel) => ({
          id: `${one.id}-${channel}`,
          channel,
          planned: true,
        }));
  }
  return [...found.values()];
}

/** The fields whose changes mean something to a reader, in the order in which they are told. */
const TOLD = ['status', 'send_datetime', 'title', 'message', 'reminder_type', 'recipients', 'contact_recipients', 'channels'];

/**
 * What an entry of the history tells: the fields that changed, with before and after.
 * @param {any} entry of the audit log @returns {{field: string, from: any, to: any}[]}
 */
export function told(entry) {
  if (entry.action !== 'update') return [];
  return TOLD.filter((field) => Array.isArray(entry.changes?.[field])).map((field) => ({
    field,
    from: entry.changes[field][0],
    to: entry.changes[field][1],
  }));
}
