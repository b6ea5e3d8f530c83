// What the Today page works out, without any screen.
import { timesOf } from './calendar.js';
import { wallText } from './dates.js';

/** @typedef {{day: string, planned: number, completed: number, overdue: number, cancelled: number}} DayCount */

/** The four ways in which an event of the month stands, from the bottom of its bar. @type {readonly ('planned' | 'completed' | 'overdue' | 'cancelled')[]} */
export const STANDS = ['planned', 'completed', 'overdue', 'cancelled'];

/** Whether an event is on at any time of a span. @param {any} event @param {Date} from @param {Date} to */
export function isOn(event, from, to) {
  const { start, end } = timesOf(event);
  return start < to && (end > from || start >= from);
}

/** Which greeting fits the hour. @param {Date} now @param {string} zone @returns {'morning' | 'afternoon' | 'evening'} */
export function partOfDay(now, zone) {
  const hour = Number(wallText(now, zone).slice(11, 13));
  if (hour >= 5 && hour < 12) return 'morning';
  return hour >= 12 && hour < 18 ? 'afternoon' : 'evening';
}

/** How many events of each kind a month has. @param {DayCount[]} days @returns {Record<typeof STANDS[number], number>} */
export function totals(days) {
  const sums = { planned: 0, completed: 0, overdue: 0, cancelled: 0 };
  for (const day of days) for (const kind of STANDS) sums[kind] += day[kind];
  return sums;
}

/** What went wrong with a reminder: the channel, and what was said. @param {any} reminder @returns {{channel: string, error: string} | null} */
export function failureOf(reminder) {
  for (const [channel, count] of Object.entries(/** @type {Record<string, any>} */ (reminder.channel_status ?? {}))) {
    if (count?.failed > 0 || count?.error) return { channel, error: String(count.error ?? '') };
  }
  return null;
}
