// What the calendar asks: the events of a span, and how moving one would go.
import { ask, pb } from '../lib/api.js';
import { stamp } from '../lib/dates.js';
import { EVENT_FIELDS, eventFilter } from './events.js';

/** @typedef {import('../lib/calendar.js').Times} Times */

/**
 * The events that are on in a span of time, by their start.
 * @param {Times} span
 * @param {{person?: string, signal?: AbortSignal}} [o] person: responsible or in the team
 * @returns {Promise<any[]>}
 */
export function eventsIn({ start, end }, { person, signal } = {}) {
  return pb.collection('events').getFullList({
    filter: eventFilter({ from: start, to: end, person }, new Date()),
    sort: 'planned_start_date,id',
    expand: 'customer,sales_responsible',
    fields: EVENT_FIELDS,
    batch: 500,
    signal,
  });
}

/** The people whose events can be shown, by name. @returns {Promise<{id: string, name: string}[]>} */
export function listPeople() {
  return pb.collection('users').getFullList({ filter: "active = true && role != 'viewer'", sort: 'name', fields: 'id,name' });
}

/** @param {Times} times */
const planned = ({ start, end }) => ({ planned_start_date: stamp(start), planned_end_date: stamp(end) });

/**
 * What moving an event would do to its reminders. Nothing is saved.
 * @param {string} id @param {Times} times @param {AbortSignal} [signal]
 * @returns {Promise<{reminders: any[], warnings: {code: string, message: string, params?: Record<string, string>}[]}>}
 */
export function previewMove(id, times, signal) {
  return ask('POST', 'preview', { body: { id, ...planned(times) }, signal });
}

/** @param {string} id @param {Times} times @returns {Promise<any>} the event as it stands then */
export function moveEvent(id, times) {
  return pb.collection('events').update(id, planned(times), { expand: 'customer,sales_responsible', fields: EVENT_FIELDS });
}
