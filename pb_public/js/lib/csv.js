// Comma-separated values that Excel opens as they are meant (RFC 4180).
import { offset } from './dates.js';

/** Says that the file is UTF-8: without it Excel takes Chinese for something else. */
export const BOM = '\ufeff';

/** What a spreadsheet would take for a formula, in either width. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** @param {string | number | boolean | null | undefined} value */
export function csvCell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  // An apostrophe in front makes a spreadsheet show the text instead of reckoning it.
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** @param {(string | number | boolean | null | undefined)[]} values @returns {string} with its end */
export function csvRow(values) {
  return values.map(csvCell).join(',') + '\r\n';
}

/** "2026-11-23T09:00:00+08:00": an instant by the clocks of a zone, and how far they are from UTC. @param {Date} date @param {string} zone */
export function isoIn(date, zone) {
  const ahead = offset(date, zone);
  const minutes = Math.abs(Math.round(ahead / 60_000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const wall = new Date(date.getTime() + ahead).toISOString().slice(0, 19);
  return `${wall}${ahead < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
