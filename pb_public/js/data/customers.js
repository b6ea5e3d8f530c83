// What the pages of customers and their contacts ask of the server.
import { pb } from '../lib/api.js';
import { stamp } from '../lib/dates.js';

const ROW = 'id,name,address,timezone,owner,active,updated,expand.owner.id,expand.owner.name';
const VISIT = 'id,title,customer,timezone,planned_start_date';
const PER_ASK = 200;

export const SORTS = ['name', 'owner.name', 'created'];
export const VIEWS = ['all', 'mine', 'inactive'];

/**
 * @typedef {{q: string, view: string}} Narrowing view: all (active ones), mine, inactive
 * @typedef {{next?: any, last?: any}} Visits the next event of a customer and the last one
 */

/** @param {Narrowing} n @param {string} me */
function customerFilter({ q, view }, me) {
  const parts = [view === 'inactive' ? 'active = false' : 'active = true'];
  if (view === 'mine') parts.push(pb.filter('owner = {:me}', { me }));
  if (q) parts.push(`(${pb.filter('name ~ {:q} || address ~ {:q} || contacts_via_customer.name ?~ {:q}', { q })})`);
  return parts.join(' && ');
}

/**
 * @param {Narrowing} narrowing
 * @param {{me: string, sort: string, page: number, perPage: number, signal?: AbortSignal}} o
 * @returns {Promise<{items: any[], totalItems: number}>}
 */
export function listCustomers(narrowing, { me, sort, page, perPage, signal }) {
  return pb.collection('customers').getList(page, perPage, {
    filter: customerFilter(narrowing, me),
    sort: `${sort},id`,
    expand: 'owner',
    fields: ROW,
    signal,
  });
}

/**
 * The next and the last event of each customer that is shown.
 * @param {string[]} ids @param {Date} now @param {AbortSignal} [signal]
 * @returns {Promise<Record<string, Visits>>}
 */
export async function visitsOf(ids, now, signal) {
  const at = { now: stamp(now) };
  const [next, last] = await Promise.all([
    firstOfEach(ids, pb.filter('planned_start_date >= {:now}', at), 'planned_start_date', signal),
    firstOfEach(ids, pb.filter('planned_start_date < {:now}', at), '-planned_start_date', signal),
  ]);
  return Object.fromEntries(ids.map((id) => [id, { next: next.get(id), last: last.get(id) }]));
}

/**
 * The first event of each customer in an order. One request is enough unless some customer has very many: then those that
 * were not seen yet are asked for again.
 * @param {string[]} ids @param {string} bound @param {string} sort @param {AbortSignal} [signal]
 */
async function firstOfEach(ids, bound, sort, signal) {
  /** @type {Map<string, any>} */
  const first = new Map();
  for (let left = ids; left.length > 0; left = left.filter((id) => !first.has(id))) {
    const among = left.map((id) => pb.filter('customer = {:id}', { id })).join(' || ');
    const found = await pb.collection('events').getList(1, PER_ASK, {
      filter: `status != "cancelled" && ${bound} && (${among})`,
      sort,
      fields: VISIT,
      skipTotal: true,
      signal,
    });
    for (const event of found.items) if (!first.has(event.customer)) first.set(event.customer, event);
    if (found.items.length < PER_ASK) break;
  }
  return first;
}

/** @param {string} id @param {AbortSignal} [signal] */
export function readCustomer(id, signal) {
  return pb.collection('customers').getOne(id, { expand: 'owner', signal });
}

/** @param {string} customer @param {AbortSignal} [signal] @returns {Promise<any[]>} active ones first, by name */
export function contactsOf(customer, signal) {
  return pb
    .collection('contacts')
    .getFullList({ filter: pb.filter('customer = {:customer}', { customer }), sort: '-active,name,id', signal });
}

/**
 * Creates what has no id, else changes it.
 * @param {'customers' | 'contacts' | 'users'} collection @param {string | undefined} id @param {Record<string, any>} values
 */
export function save(collection, id, values) {
  return id ? pb.collection(collection).update(id, values) : pb.collection(collection).create(values);
}

/**
 * Deletes a record; the server keeps one that history refers to and makes it inactive.
 * @param {'customers' | 'contacts'} collection @param {string} id
 * @returns {Promise<'deleted' | 'deactivated'>} what became of it: the answer is the same
 */
export async function remove(collection, id) {
  await pb.collection(collection).delete(id);
  const left = await pb.collection(collection).getList(1, 1, { filter: pb.filter('id = {:id}', { id }), fields: 'id', skipTotal: true });
  return left.items.length > 0 ? 'deactivated' : 'deleted';
}
