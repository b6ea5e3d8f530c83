// What the address of the list of events asks for, without any screen.
import { dayKey, instantOf, startOfDay } from './dates.js';

export const WHENS = ['coming', 'past', 'all'];
const SORTS = ['planned_start_date', 'title', 'customer.name', 'status'];
const BEHIND = ['completed', 'overdue', 'cancelled'];

/** A day that exists. @param {string} text */
function isDay(text) {
  const noon = instantOf(`${text}T12:00`, 'UTC');
  return noon !== null && dayKey(noon, 'UTC') === text;
}

/**
 * The parameters without those that mean nothing.
 * @param {Record<string, string>} query @param {string[]} statuses @param {string[]} types
 * @returns {Record<string, string>}
 */
export function meant(query, statuses, types) {
  /** @type {Record<string, (text: string) => boolean>} */
  const means = {
    status: (text) => statuses.includes(text),
    type: (text) => types.includes(text),
    when: (text) => WHENS.includes(text),
    sort: (text) => SORTS.includes(text.replace(/^-/, '')),
    from: isDay,
    to: isDay,
  };
  return Object.fromEntries(Object.entries(query).filter(([name, text]) => !means[name] || means[name](text)));
}

/**
 * @param {Record<string, string>} query of what means something @param {string} zone
 * @returns {{narrowing: import('../data/events.js').Narrowing & {q: string}, when: string, sort: string}}
 */
export function asked({ q = '', status = '', type = '', person = '', customer = '', from, to, ...query }, zone) {
  const at = (/** @type {string | undefined} */ day, /** @type {number} */ plus) => {
    const noon = day && instantOf(`${day}T12:00`, zone);
    return noon ? startOfDay(noon, zone, plus) : undefined;
  };
  const narrowing = { q: q.trim(), status, type, person, customer, from: at(from, 0), to: at(to, 1) };
  const wide = narrowing.q || from || to || BEHIND.includes(status);
  const when = query.when ?? (wide ? 'all' : 'coming');
  return { narrowing, when, sort: query.sort ?? (when === 'coming' ? 'planned_start_date' : '-planned_start_date') };
}
