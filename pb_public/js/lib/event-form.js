// The form of an event, without any screen: what it begins with, how its fields follow each other, and what is sent.
import { addDays, dayKey, daysBetween, endOfWeek, instantOf, isZone, parse, stamp, wallText } from './dates.js';
import { same } from './diff.js';
import { newId } from './ids.js';

/** @typedef {Record<string, any>} Values */
/** @typedef {{id: string, name: string, address?: string, timezone?: string}} Customer */
/** @typedef {(type: string, customer: string) => string} Suggest a title in the reader's words */

/** The fields of an event that the form holds. */
export const FIELDS = [
  'title',
  'event_type',
  'customer',
  'contact_person',
  'location',
  'timezone',
  'planned_start_date',
  'planned_end_date',
  'actual_start_date',
  'actual_end_date',
  'sales_responsible',
  'assigned_staff',
  'reminder_plan',
  'auto_reminders',
  'description',
];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** @param {any} record @returns {Values} the fields of the form */
export function fieldsOf(record) {
  return Object.fromEntries(FIELDS.map((field) => [field, record[field] ?? (field === 'assigned_staff' ? [] : '')]));
}

/** Names by id, of what a record refers to: pickers show them. @param {any} record @returns {Record<string, string>} */
export function namesIn(record) {
  const all = Object.values(record?.expand ?? {}).flat();
  return Object.fromEntries(all.map((one) => [one.id, one.name]));
}

/**
 * What the form of an event that exists begins with. What it was read as stays beside, to tell what was changed here.
 * @param {any} event
 * @returns {Values}
 */
export function valuesOf(event) {
  return {
    ...fieldsOf(event),
    names: namesIn(event),
    titled: true,
    placed: true,
    base: { ...fieldsOf(event), status: event.status, updated: event.updated },
  };
}

/**
 * What the form of a new event begins with.
 * @param {{user: any, zone: string, query: Record<string, string>, customer?: Customer | null, source?: any, suggest: Suggest}} o
 *   customer: whom the address names; source: the event that is duplicated
 * @returns {Values}
 */
export function firstValues({ user, zone, query, customer, source, suggest }) {
  /** @type {Values} */
  let values = {
    ...fieldsOf({ event_type: 'customer_visit', auto_reminders: true, timezone: zone, sales_responsible: user.id }),
    id: newId(),
    names: { [user.id]: user.name },
    titled: false,
    placed: false,
  };
  if (source) values = { ...values, ...copied(source) };
  if (query.type) values.event_type = query.type;
  if (customer) values = { ...values, customer: customer.id, ...withCustomer(values, customer, suggest) };
  if (query.title) Object.assign(values, { title: query.title, titled: true });
  return { ...values, planned_start_date: startIn(query.start, values.timezone) };
}

/** What a duplicate takes over: all but the times. @param {any} source @returns {Values} */
function copied(source) {
  const blank = { planned_start_date: '', planned_end_date: '', actual_start_date: '', actual_end_date: '' };
  const minutes = length(source) / MINUTE;
  return { ...fieldsOf(source), ...blank, names: namesIn(source), titled: true, placed: true, minutes };
}

/** How long an event lasts, in milliseconds; 0 if that is not known. @param {Values} values */
function length(values) {
  const start = parse(values.planned_start_date);
  const end = parse(values.planned_end_date);
  return start && end && end > start ? end.getTime() - start.getTime() : 0;
}

/** A start in an address: an instant, a time of the clock, or a day. @param {string | undefined} text @param {string} zone */
function startIn(text, zone) {
  if (!text) return '';
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const at = zoned ? parse(text.replace(' ', 'T')) : instantOf(text.length === 10 ? `${text}T10:00` : text.slice(0, 16), zone);
  return at ? stamp(at) : '';
}

/**
 * What follows when a field is changed: the end keeps its distance from the start, another zone keeps the time of the
 * clock, and the title is suggested until somebody types one.
 * @param {Values} values @param {string} name @param {any} value @param {Suggest} suggest
 * @returns {Values} the fields that change
 */
export function follow(values, name, value, suggest) {
  const change = { [name]: value };
  switch (name) {
    case 'planned_start_date':
      return { ...change, planned_end_date: endFor(values, value) };
    case 'timezone':
      return isZone(value) ? { ...change, zoned: true, ...sameClock(values, value) } : {};
    case 'title':
      return { ...change, titled: value.trim() !== '' };
    case 'location':
      return { ...change, placed: value.trim() !== '' };
    case 'event_type':
      return { ...change, ...suggested({ ...values, ...change }, suggest) };
    default:
      return change;
  }
}

/** The end that belongs to another start. @param {Values} values @param {string} start */
function endFor(values, start) {
  const at = parse(start);
  const span = length(values) || (values.minutes ?? 0) * MINUTE;
  return at && span > 0 ? stamp(new Date(at.getTime() + span)) : values.planned_end_date;
}

/** The planned times at the same clock in another zone. @param {Values} values @param {string} zone @returns {Values} */
function sameClock(values, zone) {
  const moved = (/** @type {string} */ field) => {
    const at = parse(values[field]);
    const there = at && instantOf(wallText(at, values.timezone), zone);
    return there ? stamp(there) : values[field];
  };
  return { planned_start_date: moved('planned_start_date'), planned_end_date: moved('planned_end_date') };
}

/** The title, as long as nobody typed one. @param {Values} values @param {Suggest} suggest @returns {Values} */
function suggested(values, suggest) {
  if (values.titled) return {};
  const name = values.names[values.customer] ?? '';
  return { title: name ? suggest(values.event_type, name).slice(0, 200) : '' };
}

/**
 * What a customer brings along: zone and place where nobody has set others, no contact of another company, a title.
 * @param {Values} values @param {Customer | null} customer null: none any more
 * @param {Suggest} suggest
 * @returns {Values}
 */
export function withCustomer(values, customer, suggest) {
  const names = customer ? { ...values.names, [customer.id]: customer.name } : values.names;
  const now = { ...values, names, customer: customer?.id ?? '' };
  const zone = customer?.timezone;
  return {
    names,
    contact_person: '',
    ...(values.placed ? {} : { location: customer?.address ?? '' }),
    ...(zone && isZone(zone) && !values.zoned && zone !== values.timezone ? { timezone: zone, ...sameClock(values, zone) } : {}),
    ...suggested(now, suggest),
  };
}

/**
 * Starts that are one tap away, in order.
 * @param {Date} now @param {string} zone
 * @returns {{at: Date, now?: boolean}[]}
 */
export function quickStarts(now, zone) {
  const at = (/** @type {Date} */ day, /** @type {string} */ clock) => instantOf(`${dayKey(day, zone)}T${clock}`, zone) ?? day;
  const tomorrow = addDays(now, 1, zone);
  const monday = endOfWeek(now, zone);
  const later = ['10:00', '14:00', '16:00'].map((clock) => at(now, clock)).find((one) => one.getTime() - now.getTime() > 15 * MINUTE);
  const starts = [
    { at: new Date(Math.floor(now.getTime() / (5 * MINUTE)) * 5 * MINUTE), now: true },
    ...(later ? [{ at: later }] : []),
    { at: at(tomorrow, '10:00') },
    ...(daysBetween(now, monday, zone) > 1 ? [{ at: at(monday, '10:00') }] : []),
  ];
  return starts;
}

/** When the event is over, by what the form holds; null without a start. @param {Values} values */
function endOf(values) {
  const start = parse(values.planned_start_date);
  return parse(values.planned_end_date) ?? (start && new Date(start.getTime() + HOUR));
}

/**
 * How far a new event has come by the clock: what is logged after the fact need not be confirmed, started and completed.
 * @param {Values} values @param {Date} now
 * @returns {'' | 'in_progress' | 'completed'}
 */
export function stageOf(values, now) {
  const start = parse(values.planned_start_date);
  const end = endOf(values);
  if (!start || !end || start > now) return '';
  return end > now ? 'in_progress' : 'completed';
}

/** The fields that are filled in: the server completes the others. @param {Values} values @returns {Values} */
function filled(values) {
  const some = Object.entries(fieldsOf(values)).filter(([, value]) => !same(value, ''));
  return { ...Object.fromEntries(some), auto_reminders: values.auto_reminders };
}

/** What makes a new event, at the stage that it has come to unless that was declined. @param {Values} values @param {Date} now @returns {Values} */
export function createBody(values, now) {
  const body = { id: values.id, ...filled(values) };
  const status = values.done === false ? '' : stageOf(values, now);
  if (!status) return body;
  const end = status === 'completed' ? { actual_end_date: stamp(endOf(values) ?? now) } : {};
  return { ...body, status, actual_start_date: values.planned_start_date, ...end };
}

/** What was changed here, so that what others change in the meantime stays. @param {Values} values @returns {Values} */
export function changed(values) {
  return Object.fromEntries(Object.entries(fieldsOf(values)).filter(([field, value]) => !same(value, values.base[field])));
}

/**
 * What a preview is asked of; null while there is no start.
 * @param {Values} values @param {string} id of an event that exists
 * @returns {Values | null}
 */
export function previewBody(values, id) {
  const start = parse(values.planned_start_date);
  if (!start || start.getUTCFullYear() < 1970) return null; // a year that is being typed
  const body = id ? { id, ...changed(values), planned_start_date: values.planned_start_date } : filled(values);
  if (values.made?.id !== values.customer || !values.customer) return body;
  return { ...body, customer: '', contact_person: '', customer_name: values.made.name };
}
