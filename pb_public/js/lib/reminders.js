// What the screens need to know of events and reminders, without any screen.
import { endOfWeek, startOfDay } from './dates.js';

/** The earliest first. @param {any[]} reminders */
export function inOrder(reminders) {
  return [...reminders].sort((a, b) => a.send_datetime.localeCompare(b.send_datetime) || a.id.localeCompare(b.id));
}

/** Whether someone may change an event, and so send its reminders. @param {any} user @param {any} event */
export function mayChange(user, event) {
  if (!user || !event) return false;
  if (user.role === 'admin' || user.role === 'manager') return true;
  if (user.role !== 'staff') return false;
  return event.created_by === user.id || event.sales_responsible === user.id || (event.assigned_staff ?? []).includes(user.id);
}

/** Nothing is sent about an event that is over or called off. @param {any} event */
export function isClosed(event) {
  return event.status === 'completed' || event.status === 'cancelled';
}

/** @param {any} reminder @param {any} event */
export function canSend(reminder, event) {
  return reminder.status === 'pending' && !isClosed(event);
}

/** @param {any} reminder @param {any} event */
export function canRetry(reminder, event) {
  return (reminder.status === 'failed' || reminder.status === 'partial') && !isClosed(event);
}

/**
 * Whether what counts as sent was only kept by the sandbox. Told by the deliveries where they are known, else by what
 * the channels are at the moment.
 * @param {any} reminder @param {any[] | undefined} deliveries @param {any[]} channels
 */
export function wasKept(reminder, deliveries, channels) {
  const sent = (deliveries ?? []).filter((d) => d.status === 'sent' || d.status === 'delivered');
  if (sent.length > 0) return sent.every((d) => d.provider === 'sandbox');
  const used = reminder.channels ?? [];
  return used.length > 0 && used.every((/** @type {string} */ name) => channels.find((c) => c.name === name)?.state === 'sandbox');
}

/**
 * Puts a changed record into a list: replaced where it is known, added where `belongs` says so, gone when deleted.
 * What the list has expanded is kept.
 * @param {any[]} list @param {string} action @param {any} record @param {boolean} [belongs]
 */
export function merge(list, action, record, belongs = false) {
  if (action === 'delete') return list.filter((r) => r.id !== record.id);
  const at = list.findIndex((r) => r.id === record.id);
  if (at < 0) return belongs ? [...list, record] : list;
  if (list[at].updated > record.updated) return list; // came late
  return list.with
    ? list.with(at, { ...list[at], ...record, expand: list[at].expand })
    : list.map((r, i) => (i === at ? { ...r, ...record, expand: r.expand } : r));
}

/** The bounds of today and of this week in a zone. @param {Date} now @param {string} zone */
export function bounds(now, zone) {
  return { today: startOfDay(now, zone), tomorrow: startOfDay(now, zone, 1), nextWeek: endOfWeek(now, zone) };
}

/** How many days before its event a reminder falls due, by the calendar; null after it. @param {Date} due @param {Date} start @param {(a: Date, b: Date) => number} days */
export function leadDays(due, start, days) {
  return due > start ? null : days(due, start);
}

/** Recipients of a reminder: users, then contacts, by name as far as known. @param {any} reminder @returns {{id: string, name: string, contact: boolean}[]} */
export function recipients(reminder) {
  const named = (/** @type {string} */ field, /** @type {boolean} */ contact) => {
    const expanded = reminder.expand?.[field] ?? [];
    return (reminder[field] ?? []).map((/** @type {string} */ id) => ({
      id,
      contact,
      name: expanded.find((/** @type {any} */ r) => r.id === id)?.name ?? '',
    }));
  };
  return [...named('recipients', false), ...named('contact_recipients', true)];
}

/** Two letters for a face without a picture. @param {string} name */
export function initials(name) {
  const all = name.trim().split(/\s+/).filter(Boolean);
  if (all.length === 0) return '?';
  const chinese = (/** @type {string} */ word) => /^[\u3400-\u9fff]/.test(word);
  if (chinese(all[0])) return all[0].slice(-2);
  const words = all.filter((word) => !chinese(word)); // of "Grace Lam 林嘉欣" the letters
  return (words[0][0] + (words.length > 1 ? words[words.length - 1][0] : '')).toUpperCase();
}
