// Instants, days and zones. Everything is an argument: the zone, the locale for Intl, and now.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** @type {Map<string, Intl.DateTimeFormat | Intl.RelativeTimeFormat>} */
const formats = new Map();

/**
 * @param {string} intl a locale for Intl
 * @param {Intl.DateTimeFormatOptions} options
 * @returns {Intl.DateTimeFormat}
 */
function dateFormat(intl, options) {
  const key = intl + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(intl, options)));
  return /** @type {Intl.DateTimeFormat} */ (found);
}

/**
 * Reads a date as PocketBase writes it ("2026-11-23 01:00:00.000Z") or in RFC 3339.
 * @param {string | null | undefined} text
 * @returns {Date | null} null when empty or unreadable
 */
export function parse(text) {
  if (!text) return null;
  const date = new Date(text.replace(' ', 'T'));
  return Number.isNaN(date.getTime()) ? null : date;
}

/** @param {string | null | undefined} zone */
export function isZone(zone) {
  if (!zone) return false;
  try {
    dateFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * What clocks show in a zone, as if it were UTC.
 * @param {Date} date
 * @param {string} zone
 * @returns {number} milliseconds
 */
function wall(date, zone) {
  const parts = dateFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(date);
  /** @type {Record<string, number>} */
  const n = {};
  for (const part of parts) n[part.type] = Number(part.value);
  return Date.UTC(n.year, n.month - 1, n.day, n.hour, n.minute, n.second);
}

/**
 * How far a zone is ahead of UTC at an instant, in milliseconds.
 * @param {Date} date
 * @param {string} zone
 */
export function offset(date, zone) {
  return wall(date, zone) - Math.floor(date.getTime() / 1000) * 1000;
}

/** @param {Date} date @param {string} zone @returns {string} "2026-11-23" */
export function dayKey(date, zone) {
  return new Date(wall(date, zone)).toISOString().slice(0, 10);
}

/**
 * Calendar days from a to b in a zone: 0 on the same day, 1 when b is on the next.
 * @param {Date} a @param {Date} b @param {string} zone
 */
export function daysBetween(a, b, zone) {
  return Math.round((Date.parse(dayKey(b, zone)) - Date.parse(dayKey(a, zone))) / DAY);
}

/**
 * The instant at which a day begins in a zone, some days after the one that date falls on.
 * @param {Date} date @param {string} zone @param {number} [plus]
 */
export function startOfDay(date, zone, plus = 0) {
  const midnight = Date.parse(dayKey(date, zone)) + plus * DAY;
  const early = midnight - offset(new Date(midnight - DAY), zone);
  const late = midnight - offset(new Date(midnight + DAY), zone);
  // Where midnight is skipped, the day begins when the clocks have moved.
  for (const candidate of [early, late]) {
    if (wall(new Date(candidate), zone) === midnight) return new Date(candidate);
  }
  return new Date(Math.max(early, late));
}

/** The instant at which the week (from Monday) after the one of date begins. @param {Date} date @param {string} zone */
export function endOfWeek(date, zone) {
  const weekday = new Date(dayKey(date, zone) + 'T00:00:00Z').getUTCDay(); // 0 = Sunday
  return startOfDay(date, zone, (8 - weekday) % 7 || 7);
}

/**
 * @param {Date} date @param {string} zone @param {string} intl
 * @param {Date} now the year is named when it is not now's
 */
export function day(date, zone, intl, now) {
  const sameYear = dayKey(date, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4);
  return dateFormat(intl, {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: sameYear ? undefined : 'numeric',
  }).format(date);
}

/** @param {Date} date @param {string} zone @param {string} intl */
export function longDay(date, zone, intl) {
  return dateFormat(intl, { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long' }).format(date);
}

/** @param {Date} date @param {string} zone @param {string} intl @param {boolean} [seconds] */
export function time(date, zone, intl, seconds = false) {
  return dateFormat(intl, {
    timeZone: zone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: seconds ? '2-digit' : undefined,
  }).format(date);
}

/** Day and time, for prose. @param {Date} date @param {string} zone @param {string} intl @param {Date} now */
export function moment(date, zone, intl, now) {
  const gap = intl.startsWith('zh') ? ' ' : ', ';
  return day(date, zone, intl, now) + gap + time(date, zone, intl);
}

/**
 * "09:00 – 10:00", or only the start where the end is missing or on another day.
 * @param {Date} start @param {Date | null} end @param {string} zone @param {string} intl
 */
export function hours(start, end, zone, intl) {
  const from = time(start, zone, intl);
  if (!end || dayKey(start, zone) !== dayKey(end, zone)) return from;
  return `${from} – ${time(end, zone, intl)}`;
}

/**
 * "in 3 days", "12 seconds ago": by the clock within a day, by the calendar of the zone beyond.
 * @param {Date} date @param {Date} now @param {string} zone @param {string} intl @param {'long' | 'short'} [style]
 */
export function relative(date, now, zone, intl, style = 'long') {
  const key = 'relative' + style + intl;
  let format = /** @type {Intl.RelativeTimeFormat | undefined} */ (formats.get(key));
  if (!format) formats.set(key, (format = new Intl.RelativeTimeFormat(intl, { numeric: 'auto', style })));
  const say = (/** @type {number} */ n, /** @type {Intl.RelativeTimeFormatUnit} */ unit) => format.format(n, unit).replace(/\.(?=$| )/, '');
  const ms = date.getTime() - now.getTime();
  const away = Math.abs(ms);
  const sign = ms < 0 ? -1 : 1;
  if (away < MINUTE) return say(Math.round(ms / 1000), 'second');
  if (away < HOUR) return say(sign * Math.floor(away / MINUTE), 'minute');
  const days = daysBetween(now, date, zone);
  if (away < DAY && (days === 0 || away < 12 * HOUR)) return say(sign * Math.floor(away / HOUR), 'hour');
  if (Math.abs(days) < 60) return say(days, 'day');
  return say(sign * Math.round(away / DAY / 30.44), 'month');
}

/**
 * The clock of a launch: "00:42", "02:15:09"; null from a day on, where counting seconds says nothing.
 * @param {number} ms
 */
export function countdown(ms) {
  if (ms >= DAY) return null;
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const h = Math.floor(seconds / 3600);
  return (h ? two(h) + ':' : '') + two(Math.floor(seconds / 60) % 60) + ':' + two(seconds % 60);
}

/** Whether clocks in two zones show the same at an instant. @param {string} a @param {string} b @param {Date} at */
export function sameClock(a, b, at) {
  return a === b || offset(at, a) === offset(at, b);
}

/** "Hong Kong Standard Time". @param {string} zone @param {Date} at @param {string} intl */
export function zoneName(zone, at, intl) {
  const part = dateFormat(intl, { timeZone: zone, timeZoneName: 'longGeneric' })
    .formatToParts(at)
    .find((p) => p.type === 'timeZoneName');
  return part ? part.value : zone;
}

/** The browser's zone. */
export function localZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Hong_Kong';
}

/** What a native date-and-time field shows for an instant: "2026-11-23T09:00", by the clocks of a zone. @param {Date} date @param {string} zone */
export function wallText(date, zone) {
  return new Date(wall(date, zone)).toISOString().slice(0, 16);
}

/**
 * The instant at which clocks in a zone show "2026-11-23T09:00". A time that does not exist moves forward by the gap, one
 * that occurs twice is the first, as on the server.
 * @param {string} text @param {string} zone @returns {Date | null}
 */
export function instantOf(text, zone) {
  const shown = Date.parse(`${text}Z`);
  if (Number.isNaN(shown)) return null;
  const before = offset(new Date(shown - DAY), zone);
  const after = offset(new Date(shown + DAY), zone);
  const early = shown - Math.max(before, after);
  const late = shown - Math.min(before, after);
  if (wall(new Date(early), zone) === shown) return new Date(early);
  if (wall(new Date(late), zone) === shown) return new Date(late);
  return new Date(shown - before);
}

/** The instant some days later, at the same time of the clock. @param {Date} date @param {number} days @param {string} zone */
export function addDays(date, days, zone) {
  const text = new Date(wall(date, zone) + days * DAY).toISOString().slice(0, 16);
  return instantOf(text, zone) ?? date;
}

/** As PocketBase compares dates in filters. @param {Date} date */
export function stamp(date) {
  return date.toISOString().replace('T', ' ');
}

/** "23 November 2026". @param {Date} date @param {string} zone @param {string} intl */
export function fullDay(date, zone, intl) {
  return dateFormat(intl, { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' }).format(date);
}

/** "23 Nov", with its year where that is not now's. @param {Date} date @param {string} zone @param {string} intl @param {Date} now */
export function shortDay(date, zone, intl, now) {
  const sameYear = dayKey(date, zone).slice(0, 4) === dayKey(now, zone).slice(0, 4);
  return dateFormat(intl, { timeZone: zone, day: 'numeric', month: 'short', year: sameYear ? undefined : 'numeric' }).format(date);
}
