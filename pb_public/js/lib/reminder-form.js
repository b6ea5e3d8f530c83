// What the form of a reminder decides, without any screen.

import { CHANNELS } from './channels.js';
import { addDays, dayKey, instantOf, parse, stamp } from './dates.js';

export const TYPES = ['checklist', 'equipment', 'safety', 'code_of_conduct', 'customer_service', 'custom'];

/** The templates that are at hand first. */
const QUICK = ['pre_departure_checklist', 'equipment_checkout', 'safety_protocol_review'];

/** What a person edits; the rest is the server's. */
const FIELDS = ['reminder_type', 'title', 'message', 'send_datetime', 'recipients', 'contact_recipients', 'channels'];

/** @typedef {{key: string, at: Date, past: boolean}} QuickTime */

/**
 * Times that are one touch away: some days before, at the time of the event; its morning; and soon.
 * @param {Date | null} start @param {Date} now @param {string} zone
 * @returns {QuickTime[]}
 */
export function quickTimes(start, now, zone) {
  const soon = { key: 'soon', at: new Date(Math.ceil(now.getTime() / 60_000) * 60_000 + 600_000), past: false };
  if (!start) return [soon];
  const before = [7, 3, 1].map((n) => ({ key: `before_${n}`, at: addDays(start, -n, zone) }));
  const morning = instantOf(`${dayKey(start, zone)}T08:00`, zone);
  if (morning && morning < start) before.push({ key: 'morning', at: morning });
  return [...before.map((one) => ({ ...one, past: one.at <= now })), soon];
}

/**
 * What a new reminder begins with: the team by email, the day before.
 * @param {any} event with its people @param {{now: Date, zone: string, channels: {name: string, enabled: boolean}[]}} o
 */
export function begin(event, { now, zone, channels }) {
  const times = quickTimes(parse(event.planned_start_date), now, zone).filter((one) => !one.past && one.key !== 'soon');
  const suggested = times.find((one) => one.key === 'before_1') ?? times[0];
  const usable = CHANNELS.filter((name) => channels.find((c) => c.name === name)?.enabled);
  return {
    reminder_type: 'custom',
    title: '',
    message: '',
    send_datetime: suggested ? stamp(suggested.at) : '',
    recipients: team(event)
      .filter((one) => one.active)
      .map((one) => one.id),
    contact_recipients: /** @type {string[]} */ ([]),
    channels: usable.includes('email') || channels.length === 0 ? ['email'] : usable.slice(0, 1), // none are known before the first answer
  };
}

/** The form's values of a saved reminder. @param {any} reminder @returns {Record<string, any>} */
export function valuesOf(reminder) {
  return Object.fromEntries(FIELDS.map((name) => [name, reminder[name]]));
}

/**
 * The values that differ from what is saved: what somebody else has changed meanwhile is not written back.
 * @param {Record<string, any>} before @param {Record<string, any>} values
 */
export function changed(before, values) {
  return Object.fromEntries(
    FIELDS.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(values[name])).map((name) => [name, values[name]]),
  );
}

/** @typedef {{id: string, name: string, active: boolean, part: 'responsible' | 'assigned' | 'contact' | ''}} Person */

/** @param {any} record @param {Person['part']} part @returns {Person} */
const person = (record, part) => ({ id: record.id, name: record.name ?? '', active: record.active !== false, part });

/** Who is in the team of an event: who answers for it first. @param {any} event with its people @returns {Person[]} */
export function team(event) {
  const { sales_responsible: responsible, assigned_staff: assigned = [] } = event.expand ?? {};
  const others = assigned.filter((/** @type {any} */ one) => one.id !== responsible?.id);
  return [...(responsible ? [person(responsible, 'responsible')] : []), ...others.map((/** @type {any} */ one) => person(one, 'assigned'))];
}

/**
 * Whom a picker shows: those at hand who are active or chosen, then everybody else who is chosen.
 * @param {Person[]} near @param {string[]} chosen @param {any[]} known records of those who may be chosen
 * @returns {Person[]}
 */
export function offered(near, chosen, known) {
  const shown = near.filter((one) => one.active || chosen.includes(one.id));
  const others = chosen
    .filter((id) => !shown.some((one) => one.id === id))
    .map((id) => person(known.find((one) => one.id === id) ?? { id }, ''));
  return [...shown, ...others];
}

/**
 * One template for each key: in the wanted language, else in another.
 * @param {any[]} templates @param {string} locale
 */
export function inLanguage(templates, locale) {
  /** @type {Map<string, any>} */
  const found = new Map();
  for (const one of templates) {
    if (!found.has(one.key) || one.locale === locale) found.set(one.key, one);
  }
  return [...found.values()];
}

/** The three that are at hand. @param {any[]} templates one for each key */
export function quick(templates) {
  return QUICK.map((key) => templates.find((one) => one.key === key)).filter(Boolean);
}

/** By what they are about, in the order of the types. @param {any[]} templates @returns {{type: string, templates: any[]}[]} */
export function byType(templates) {
  return TYPES.map((type) => ({ type, templates: templates.filter((one) => one.reminder_type === type) })).filter(
    (group) => group.templates.length > 0,
  );
}

/**
 * Why a chosen channel passes a person by, as the preview knows it: channel → reason.
 * @param {any} preview @param {string} id @returns {[string, string][]}
 */
export function obstacles(preview, id) {
  const found = (preview?.recipients ?? []).find((/** @type {any} */ one) => one.id === id);
  return Object.entries(found?.channels ?? {}).filter(([, reason]) => reason);
}

/**
 * How a text must read before it can be shown on one line or three: without marks and tags.
 * @param {string} text @param {(variable: string) => string} say
 */
export function plain(text, say) {
  return readable(text, say)
    .replace(/^#{1,6}\s+|\*\*|`/gm, '')
    .replace(/^\s*[-*+]\s+/gm, '· ')
    .replace(/\[([^\]]+)\]\([^)\s]+\)/g, '$1')
    .replace(/\n{2,}/g, '\n')
    .trim();
}

/**
 * Words that hold variables still, for a reader: the tags away, the variables by what they stand for.
 * @param {string} text @param {(variable: string) => string} say
 */
export function readable(text, say) {
  return text.replace(/\{%-?.*?-?%\}/gs, '').replace(/\{\{-?\s*([\w.]+).*?-?\}\}/gs, (_, name) => `‹${say(name)}›`);
}

/**
 * The room of an SMS that its encoding gives: in a single one, and in each of several.
 * @param {{encoding: string}} sms
 */
export function smsRoom(sms) {
  return sms.encoding === 'GSM-7' ? { single: 160, joined: 153 } : { single: 70, joined: 67 };
}

/**
 * An error of the server's with its fields in the reader's words, where there are some for its code.
 * @param {any} error @param {(code: string, params: Record<string, any>) => string | null} words
 */
export function inWords(error, words) {
  const data = error?.response?.data;
  if (!data) return error;
  const told = Object.entries(data).map(([field, one]) => {
    const said = words(String(/** @type {any} */ (one).code ?? '').replace(/^validation_/, ''), /** @type {any} */ (one).params ?? {});
    return [field, said ? { code: '', message: said } : one];
  });
  return { status: error.status, isAbort: error.isAbort, response: { ...error.response, data: Object.fromEntries(told) } };
}
