// What lists, calendars and forms ask about events.
import { pb } from '../lib/api.js';
import { stamp } from '../lib/dates.js';

/** What a row shows, no more: a list is the largest answer. */
const ROW = ['id', 'title', 'event_type', 'status', 'timezone', 'planned_start_date', 'planned_end_date'];
const REMINDER = ['id', 'reminder_type', 'title', 'status', 'send_datetime', 'channels'];
const ROW_FIELDS = [...ROW, 'expand.customer.name', ...REMINDER.map((f) => `expand.reminders_via_event.${f}`)].join(',');

/** Those that an event has, and "overdue", which follows from the time, in the order of a life. */
export const STATUSES = ['planned', 'confirmed', 'in_progress', 'overdue', 'completed', 'cancelled'];
export const TYPES = ['customer_visit', 'installation', 'maintenance', 'training', 'exhibition', 'meeting', 'other'];

/** What a line or a place in the calendar shows of an event, and what tells who may change it. */
export const EVENT = [...ROW, 'customer', 'sales_responsible', 'assigned_staff', 'created_by', 'updated'];
/** The same with its names, for `expand: 'customer,sales_responsible'`. */
export const EVENT_FIELDS = [...EVENT, 'expand.customer.name', 'expand.sales_responsible.name'].join(',');

/**
 * What a list of events is narrowed to.
 * @typedef {object} Narrowing
 * @property {string} [q] letters in the title, the number, the place or the customer's name
 * @property {string} [status] one of the five, or overdue
 * @property {string} [type]
 * @property {string} [person] responsible or in the team
 * @property {string} [customer]
 * @property {Date} [from] not over before this instant
 * @property {Date} [to] begun before this instant
 */

/** A filter of PocketBase's. @param {Narrowing} n @param {Date} now */
export function eventFilter(n, now) {
  /** @type {string[]} */
  const parts = [];
  const add = (/** @type {string} */ text, /** @type {Record<string, any>} */ params = {}) => parts.push(`(${pb.filter(text, params)})`);
  if (n.q) add('title ~ {:q} || customer.name ~ {:q} || event_number ~ {:q} || location ~ {:q}', { q: n.q });
  if (n.status === 'overdue') {
    add(
      '(status = "in_progress" && planned_end_date < {:now}) || ((status = "planned" || status = "confirmed") && planned_start_date < {:now})',
      { now: stamp(now) },
    );
  } else if (n.status) add('status = {:status}', { status: n.status });
  if (n.type) add('event_type = {:type}', { type: n.type });
  if (n.person) add('sales_responsible = {:person} || assigned_staff ~ {:person}', { person: n.person }); // which joins no other table
  if (n.customer) add('customer = {:customer}', { customer: n.customer });
  // SQLite takes the index of a span with two ends, and reads the whole table for one with a single end.
  if (n.from) add('planned_end_date >= {:from} && planned_end_date < "9999"', { from: stamp(n.from) });
  if (n.to) add('planned_start_date < {:to}', { to: stamp(n.to) });
  return parts.join(' && ');
}

/**
 * A page of events with their customers and reminders, in one request.
 * @param {Narrowing} narrowing
 * @param {{sort: string, page: number, perPage: number, now: Date, signal?: AbortSignal}} o
 * @returns {Promise<{items: any[], totalItems: number}>}
 */
export function listEvents(narrowing, { sort, page, perPage, now, signal }) {
  return pb.collection('events').getList(page, perPage, {
    filter: eventFilter(narrowing, now),
    sort: `${sort},id`,
    expand: 'customer,reminders_via_event',
    fields: ROW_FIELDS,
    signal,
  });
}
