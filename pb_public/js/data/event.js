// What the pages of one event ask of the server.
import { ask, inSession, pb } from '../lib/api.js';
import { mentioned } from '../lib/diff.js';
import { explain } from '../lib/errors.js';
import { atLeast, user, viewerZone } from '../lib/state.js';
import { deliveriesOf, remindersOf } from './reminders.js';

/** @typedef {import('../lib/diff.js').Row} Row */
/** @typedef {import('../lib/diff.js').Change} Change */

const EXPAND = 'customer,contact_person,sales_responsible,assigned_staff,reminder_plan';

/** An event with what it refers to. @param {string} id @param {AbortSignal} [signal] @returns {Promise<any>} */
export function readEvent(id, signal) {
  return pb.collection('events').getOne(id, { expand: EXPAND, signal });
}

/** An event with its reminders and their messages. @param {string} id @param {AbortSignal} signal */
export async function readWhole(id, signal) {
  const [event, reminders, deliveries] = await Promise.all([readEvent(id, signal), remindersOf(id), deliveriesOf(id)]);
  return { event, reminders, deliveries };
}

/** @typedef {{id: string, name: string}} NewCustomer one that is not saved yet */

/**
 * @param {string} id @param {Record<string, any>} body @param {NewCustomer | null} [customer] made along with it
 * @returns {Promise<any>} the event as it is now
 */
export function changeEvent(id, body, customer = null) {
  const events = pb.collection('events');
  return inSession(() => (customer ? together(customer, (batch) => batch.update(id, body)) : events.update(id, body, { expand: EXPAND })));
}

/** @param {string} id */
export function deleteEvent(id) {
  return inSession(() => pb.collection('events').delete(id));
}

/**
 * Makes an event, and its customer with it if that is new: both or none. A try of which the answer was lost is not made
 * again: the event bears the id that the form gave it.
 * @param {any} body @param {NewCustomer | null} customer
 * @returns {Promise<any>}
 */
export async function createEvent(body, customer) {
  const events = pb.collection('events');
  try {
    return await inSession(() => (customer ? together(customer, (batch) => batch.create(body)) : events.create(body)));
  } catch (error) {
    if (explain(error).fields.id?.code !== 'validation_not_unique') throw error;
    return readEvent(body.id);
  }
}

/**
 * Makes a customer and saves an event in one transaction.
 * @param {NewCustomer} customer @param {(events: any) => void} save
 */
async function together(customer, save) {
  const batch = pb.createBatch();
  batch.collection('customers').create(customer);
  save(batch.collection('events'));
  try {
    return (await batch.send())[1].body;
  } catch (error) {
    throw fromBatch(error);
  }
}

/** The refusal of one request of a batch, as if it had been made alone; what is wrong with the name is told at the customer. @param {any} error */
function fromBatch(error) {
  const [at, refused] = Object.entries(error?.response?.data?.requests ?? {})[0] ?? [];
  const response = /** @type {any} */ (refused)?.response;
  if (!response) return error;
  const { name, ...others } = response.data ?? {};
  return { status: error.status, response: { ...response, data: at === '0' && name ? { ...others, customer: name } : others } };
}

/** Whether the reader may see who changed what. */
export function readsHistory() {
  return atLeast('staff');
}

/**
 * Who changed an event and its reminders, the newest first, without what the system did by itself: that is told by the
 * reminders. The names of what changes refer to come along.
 * @param {string} id @param {AbortSignal} [signal]
 * @returns {Promise<{rows: Row[], names: Record<string, string>}>}
 */
export async function readHistory(id, signal) {
  const filter = pb.filter('event = {:id} && (collection = "events" || actor != "system")', { id });
  const found = await pb.collection('audit_log').getList(1, 200, { filter, sort: '-created,-id', skipTotal: true, signal });
  const rows = /** @type {Row[]} */ (found.items);
  return { rows, names: await namesOf(rows.filter((row) => row.collection === 'events').flatMap(pairs)) };
}

/** Who else changed an event since it was read. @param {string} id @param {string} since @returns {Promise<string[]>} names */
export async function changersSince(id, since) {
  const filter = pb.filter('event = {:id} && collection = "events" && created >= {:since} && actor != {:me}', {
    id,
    since,
    me: user.peek().id,
  });
  const found = await pb.collection('audit_log').getList(1, 20, { filter, sort: '-created', skipTotal: true, fields: 'actor_name' });
  return [...new Set(/** @type {string[]} */ (found.items.map((/** @type {any} */ row) => row.actor_name)))].filter(Boolean);
}

/** @param {Row} row @returns {Change[]} */
function pairs(row) {
  return Object.entries(row.changes ?? {}).map(([field, [from, to]]) => ({ field, from, to }));
}

/** The names of what changes refer to, by id. @param {Change[]} changes @returns {Promise<Record<string, string>>} */
export async function namesOf(changes) {
  const asked = [...mentioned(changes)].map(async ([collection, ids]) => {
    const filter = [...ids].map((id) => pb.filter('id = {:id}', { id })).join(' || ');
    const found = await pb.collection(collection).getList(1, 200, { filter, fields: 'id,name', skipTotal: true });
    return found.items.map((/** @type {any} */ one) => [one.id, one.name]);
  });
  return Object.fromEntries((await Promise.all(asked)).flat());
}

/**
 * What the form of an event begins with: the event, or for a new one the company's zone, the customer that the address
 * names and the event that is to be duplicated.
 * @param {string} id empty for a new event
 * @param {Record<string, string>} query
 * @param {AbortSignal} signal
 */
export async function readForm(id, query, signal) {
  const [event, zone, plans, customer, source] = await Promise.all([
    id ? readEvent(id, signal) : null,
    companyZone(),
    pb.collection('reminder_plans').getFullList({ sort: 'name', fields: 'id,name,is_default' }),
    !id && query.customer ? readCustomer(query.customer) : null,
    !id && query.from ? readEvent(query.from, signal) : null,
  ]);
  return { event, zone, plans, customer, source };
}

/** @param {string} id @returns {Promise<any>} null if there is none */
async function readCustomer(id) {
  try {
    return await pb.collection('customers').getOne(id, { fields: 'id,name,address,timezone' });
  } catch (error) {
    if (explain(error).kind === 'missing') return null;
    throw error;
  }
}

/** The zone of events whose customer has none. @returns {Promise<string>} */
async function companyZone() {
  try {
    return (await ask('GET', 'company')).timezone || viewerZone.peek();
  } catch {
    return viewerZone.peek(); // only a proposal: the zone stands in the form
  }
}

/** @param {any} body @param {AbortSignal} signal @returns {Promise<{reminders: any[], warnings: any[]}>} */
export function askPreview(body, signal) {
  return ask('POST', 'preview', { body, signal });
}
