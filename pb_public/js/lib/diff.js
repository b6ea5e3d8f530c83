// What differs between two states of an event, and what its audit log tells: who did what, one entry for each act.
import { parse } from './dates.js';

/** @typedef {{field: string, from: any, to: any}} Change */
/** @typedef {{id: string, created: string, actor: string, actor_name: string, action: string, collection: string, record: string, changes: Record<string, [any, any]> | null}} Row of the audit log */
/** @typedef {'planned' | 'moved' | 'cancelled' | 'skipped' | 'revived' | 'edited' | 'removed' | 'sent' | 'retried'} Deed what was done to a reminder */
/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} at
 * @property {string} actor id of a user, or system
 * @property {string} name the actor's when it was written
 * @property {string} action create, update or delete of the event; empty where only reminders changed
 * @property {Change[]} changes of the event
 * @property {{deed: Deed, title: string, record: string}[]} reminders
 */

/** The fields that a person changes, in the order in which they are told. */
export const FIELDS = [
  'status', 'planned_start_date', 'planned_end_date', 'title', 'event_type', 'customer', 'contact_person', 'location', 'timezone',
  'sales_responsible', 'assigned_staff', 'reminder_plan', 'auto_reminders', 'description', 'actual_start_date', 'actual_end_date',
]; // biome-ignore format: a table reads better

/** The collections that fields refer to. @type {Record<string, string>} */
export const REFERS = {
  customer: 'customers', contact_person: 'contacts', sales_responsible: 'users', assigned_staff: 'users', reminder_plan: 'reminder_plans',
}; // biome-ignore format: a table reads better

/** How far apart the rows of one act may be written. */
const TOGETHER = 2000;

/** Whether two values of a field are the same to a reader: the order of a team says nothing. @param {any} a @param {any} b */
export function same(a, b) {
  if (Array.isArray(a) || Array.isArray(b)) return [...(a ?? [])].sort().join() === [...(b ?? [])].sort().join();
  return (a ?? '') === (b ?? '');
}

/**
 * What differs between two states of an event. An end that only moved along with its start is not told.
 * @param {any} before @param {any} after @returns {Change[]}
 */
export function between(before, after) {
  const changes = FIELDS.filter((field) => field in after && !same(before[field], after[field])).map((field) => ({
    field,
    from: before[field],
    to: after[field],
  }));
  const shift = (/** @type {string} */ field) => {
    const change = changes.find((one) => one.field === field);
    return change ? (parse(change.to)?.getTime() ?? 0) - (parse(change.from)?.getTime() ?? 0) : 0;
  };
  const along = shift('planned_end_date') !== 0 && shift('planned_end_date') === shift('planned_start_date');
  return along ? changes.filter((one) => one.field !== 'planned_end_date') : changes;
}

/** The changes of an event that a row tells. @param {Row} row @returns {Change[]} */
function changesOf(row) {
  /** @type {Record<string, any>} */
  const before = {};
  /** @type {Record<string, any>} */
  const after = {};
  for (const [field, [from, to]] of Object.entries(row.changes ?? {})) {
    before[field] = from;
    after[field] = to;
  }
  // Starting and completing tell their times themselves.
  return between(before, after).filter((one) => !('status' in after && one.field.startsWith('actual_')));
}

/** @param {Row} row @returns {Deed} */
function deedOf(row) {
  const [from, to] = row.changes?.status ?? ['', ''];
  const reason = row.changes?.status_reason?.[1] ?? '';
  if (row.action === 'create') return 'planned';
  if (row.action === 'delete' || reason === 'by hand') return 'removed';
  if (to === 'sending') return from === 'pending' ? 'sent' : 'retried';
  if (to === 'cancelled' || to === 'skipped') return to;
  if (to === 'pending' && from) return 'revived';
  return row.changes?.send_datetime ? 'moved' : 'edited';
}

/**
 * The acts that rows of an event's audit log tell, the newest first. A change of the event and what followed for its
 * reminders are one act.
 * @param {Row[]} rows in any order
 * @returns {Entry[]}
 */
export function acts(rows) {
  /** @type {(Entry & {first: number, event: boolean})[]} */
  const all = [];
  const ordered = [...rows].sort((a, b) => a.created.localeCompare(b.created) || rank(a) - rank(b));
  for (const row of ordered) {
    const at = parse(row.created)?.getTime() ?? 0;
    const isEvent = row.collection === 'events';
    let act = all.at(-1);
    if (!act || act.actor !== row.actor || at - act.first > TOGETHER || (isEvent && act.event)) {
      act = {
        id: row.id,
        at: row.created,
        actor: row.actor,
        name: row.actor_name,
        action: '',
        changes: [],
        reminders: [],
        first: at,
        event: false,
      };
      all.push(act);
    }
    if (isEvent) Object.assign(act, { event: true, action: row.action, changes: row.action === 'update' ? changesOf(row) : [] });
    else act.reminders.push({ deed: deedOf(row), title: row.changes?.title?.[1] || row.changes?.title?.[0] || '', record: row.record });
  }
  return all.filter(tells).reverse();
}

/** An event's own row comes before those of its reminders that were written in the same instant. @param {Row} row */
const rank = (row) => (row.collection === 'events' ? 0 : 1);

/** Whether there is anything to read in an act. @param {Entry} act */
const tells = (act) => act.action === 'create' || act.changes.length > 0 || act.reminders.length > 0;

/**
 * The records that changes refer to, by collection.
 * @param {Change[]} changes
 * @returns {Map<string, Set<string>>}
 */
export function mentioned(changes) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const { field, from, to } of changes) {
    const collection = REFERS[field];
    if (!collection) continue;
    const ids = found.get(collection) ?? new Set();
    for (const id of [from, to].flat()) if (id) ids.add(id);
    if (ids.size > 0) found.set(collection, ids);
  }
  return found;
}
