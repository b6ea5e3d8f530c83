// The arithmetic of the calendar, without any screen. A day is "2026-11-23"; a span is from one day to before another.
import { dayKey, instantOf, parse, wallText } from './dates.js';
import { isClosed } from './reminders.js';

/** @typedef {'agenda' | 'week' | 'month'} View */
/** @typedef {{from: string, to: string}} Span */
/** @typedef {{start: Date, end: Date}} Times */

const MINUTE = 60_000;
const DAY = 86_400_000;
const AGENDA_DAYS = 28;
const MORNING = 8; // where a week is scrolled to
const OPENS = 9; // when a new event on a day begins, unless one says more

/** @type {readonly View[]} */
export const VIEWS = ['agenda', 'week', 'month'];

/** @param {string} day */
const utc = (day) => Date.parse(`${day}T00:00:00Z`);
/** @param {number} ms */
const dayOf = (ms) => new Date(ms).toISOString().slice(0, 10);

/** Whether a text of the address is a day that exists. @param {string | undefined} text */
export function isDay(text) {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text ?? '') &&
    !Number.isNaN(utc(/** @type {string} */ (text))) &&
    dayOf(utc(/** @type {string} */ (text))) === text
  );
}

/** @param {string} day @param {number} n */
export function plusDays(day, n) {
  return dayOf(utc(day) + n * DAY);
}

/** The Monday of a day's week. @param {string} day */
export function monday(day) {
  return plusDays(day, -((new Date(utc(day)).getUTCDay() + 6) % 7));
}

/** The same day of another month, or its last. @param {string} day @param {number} n */
export function plusMonths(day, n) {
  const [year, month, date] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + n, 0)).getUTCDate();
  return dayOf(Date.UTC(year, month - 1 + n, Math.min(date, last)));
}

/** What a view shows around a day: of a month whole weeks. @param {View} view @param {string} day @returns {Span} */
export function spanOf(view, day) {
  if (view === 'week') return { from: monday(day), to: plusDays(monday(day), 7) };
  if (view === 'agenda') return { from: day, to: plusDays(day, AGENDA_DAYS) };
  const first = `${day.slice(0, 8)}01`;
  return { from: monday(first), to: plusDays(monday(plusDays(plusMonths(first, 1), -1)), 7) };
}

/** The day at which the view before or after is opened. @param {View} view @param {string} day @param {1 | -1} to */
export function step(view, day, to) {
  if (view === 'month') return plusMonths(day, to);
  return plusDays(day, to * (view === 'week' ? 7 : AGENDA_DAYS));
}

/** @param {Span} span @returns {string[]} */
export function daysOf({ from, to }) {
  return Array.from({ length: (utc(to) - utc(from)) / DAY }, (_, i) => plusDays(from, i));
}

/** The instants of a span, by the clocks of a zone. @param {Span} span @param {string} zone @returns {Times} */
export function instants({ from, to }, zone) {
  const at = (/** @type {string} */ day) => instantOf(`${day}T00:00`, zone) ?? new Date(utc(day));
  return { start: at(from), end: at(to) };
}

/** When a new event on a day begins: in the morning, or in the next hour of today. @param {string} day @param {string} zone @param {Date} now */
export function openingOf(day, zone, now) {
  const morning = instantOf(`${day}T${String(OPENS).padStart(2, '0')}:00`, zone) ?? now;
  if (day !== dayKey(now, zone) || morning > now) return morning;
  return new Date(Math.ceil(now.getTime() / (60 * MINUTE)) * 60 * MINUTE);
}

/** When an event is on; one without an end takes no time. @param {any} event @returns {Times} */
export function timesOf(event) {
  const start = parse(event.planned_start_date) ?? new Date(0);
  const end = parse(event.planned_end_date);
  return { start, end: end && end > start ? end : start };
}

/** Whether it is on for a day and longer, so that it is a bar over its days. @param {any} event */
export function isLong(event) {
  const { start, end } = timesOf(event);
  return end.getTime() - start.getTime() >= DAY;
}

/**
 * Events under each of their days, those that go on from the day before first.
 * @param {any[]} events @param {Span} span @param {string} zone
 * @returns {{day: string, items: {event: any, part: number, parts: number}[]}[]} only days that have one
 */
export function byDay(events, span, zone) {
  /** @type {Map<string, {event: any, part: number, parts: number}[]>} */
  const days = new Map();
  for (const event of [...events].sort((a, b) => a.planned_start_date.localeCompare(b.planned_start_date) || a.id.localeCompare(b.id))) {
    const { start, end } = timesOf(event);
    const first = dayKey(start, zone);
    const last = end > start ? dayKey(new Date(end.getTime() - 1), zone) : first;
    const parts = (utc(last) - utc(first)) / DAY + 1;
    const from = first < span.from ? span.from : first;
    for (let day = from; day <= last && day < span.to; day = plusDays(day, 1)) {
      const items = days.get(day) ?? [];
      items.push({ event, part: (utc(day) - utc(first)) / DAY + 1, parts });
      days.set(day, items);
    }
  }
  return [...days].sort(([a], [b]) => a.localeCompare(b)).map(([day, items]) => ({ day, items }));
}

/**
 * An event as Event Calendar takes it: by the clocks of the zone, which it must not move.
 * @param {any} event @param {string} zone @param {boolean} movable
 */
export function gridEvent(event, zone, movable) {
  const { start, end } = timesOf(event);
  return {
    id: event.id,
    start: wallText(start, zone),
    end: wallText(end, zone),
    allDay: isLong(event),
    title: event.title,
    startEditable: movable,
    durationEditable: movable,
    extendedProps: { event },
  };
}

/** @param {Date} at @param {number} seconds by the clock @param {string} zone */
function shifted(at, seconds, zone) {
  const shown = Date.parse(`${wallText(at, zone)}Z`) + seconds * 1000;
  return instantOf(new Date(shown).toISOString().slice(0, 16), zone) ?? at;
}

/** Where an event is after it was dragged: as long as before. @param {any} event @param {number} seconds @param {string} zone @returns {Times} */
export function dragged(event, seconds, zone) {
  const { start, end } = timesOf(event);
  const to = shifted(start, seconds, zone);
  return { start: to, end: new Date(to.getTime() + end.getTime() - start.getTime()) };
}

/** When it ends after its end was dragged; never before it has begun. @param {any} event @param {number} seconds @param {string} zone @returns {Times} */
export function resized(event, seconds, zone) {
  const { start, end } = timesOf(event);
  const to = shifted(end, seconds, zone);
  return { start, end: to > start ? to : new Date(start.getTime() + 30 * MINUTE) };
}

/** The hour to which a week is scrolled: the morning, or its first event if that is earlier. @param {any[]} events @param {Span} span @param {string} zone */
export function firstHour(events, span, zone) {
  const { start, end } = instants(span, zone);
  const hours = events
    .filter((e) => !isLong(e))
    .map(timesOf)
    .filter((t) => t.start >= start && t.start < end)
    .map((t) => Number(wallText(t.start, zone).slice(11, 13)));
  return Math.min(MORNING, ...hours);
}

/** Whether an event that someone changed is to be seen, or was. @param {any} event @param {Span} span @param {string} zone @param {any[]} shown */
export function concerns(event, span, zone, shown) {
  if (shown.some((e) => e.id === event.id)) return true;
  const { start, end } = instants(span, zone);
  const times = timesOf(event);
  return times.start < end && times.end >= start;
}

/** Only what is still open can be moved. @param {any} event */
export function isOpen(event) {
  return !isClosed(event);
}

/** @typedef {'now' | 'moves' | 'added' | 'revived' | 'skipped' | 'cancelled' | 'same'} Change */

const SOON = 5000; // what is due by the time one has read about it

/** What becomes of a reminder when its event is moved. @param {any} reminder of a preview @param {Date} now @returns {Change} */
export function changeOf(reminder, now) {
  const due = parse(reminder.send_datetime);
  if (reminder.id && !reminder.was) return 'same';
  if (reminder.status === 'skipped' || reminder.status === 'cancelled') return reminder.status;
  if (due && due.getTime() <= now.getTime() + SOON) return 'now';
  if (!reminder.id) return 'added';
  return reminder.was.status === 'pending' ? 'moves' : 'revived';
}

/**
 * What moving an event does to its reminders, in the order in which they leave.
 * @param {any[]} reminders of a preview @param {Date} now
 * @returns {{changes: {change: Change, reminder: any}[], same: number}}
 */
export function changesOf(reminders, now) {
  const all = reminders.map((reminder) => ({ change: changeOf(reminder, now), reminder }));
  const changes = all.filter((c) => c.change !== 'same').sort((a, b) => a.reminder.send_datetime.localeCompare(b.reminder.send_datetime));
  return { changes, same: all.length - changes.length };
}
