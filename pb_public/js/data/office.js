// What the pages of channels, the delivery log and the sandbox mailbox ask of the server.
import { ask, pb } from '../lib/api.js';
import { CHANNELS } from '../lib/channels.js';

export const KINDS = ['reminder', 'digest', 'overdue', 'alert', 'test', 'system'];

/** What the address of the log's first page leaves out. */
export const FIRST_PAGE = { before: '', after: '' };

/** What a row shows, no more. */
const ROW = [
  'id',
  'created',
  'kind',
  'channel',
  'user',
  'contact',
  'address',
  'subject',
  'status',
  'attempts',
  'next_attempt_at',
  'error',
  'error_class',
  'provider',
  'provider_id',
  'possible_duplicate',
  'late',
  'sent_at',
  'delivered_at',
  'segments',
  'cost',
  'event',
  'reminder',
  'expand.user.name',
  'expand.contact.name',
  'expand.event.title',
  'expand.event.event_number',
].join(',');
const EXPAND = 'user,contact,event';

/**
 * What the log is narrowed to.
 * @typedef {object} Narrowing
 * @property {string} q letters of the subject
 * @property {string} channel
 * @property {string} kind
 * @property {string} status of the message, or one of STATUS_FILTERS
 * @property {string} to u.ID of a user or c.ID of a contact
 * @property {string} event
 * @property {string} from as PocketBase compares dates
 * @property {string} until before this
 */

/** What is under way has an index of its own, which is found by this: the log itself is long. */
const UNDER_WAY = 'next_attempt_at != ""';

/** @type {Record<string, string>} */
const STATUS_FILTERS = {
  kept: 'status = "sent" && provider = "sandbox"',
  sent: '(status = "sent" || status = "delivered") && provider != "sandbox"',
  waiting: `${UNDER_WAY} && (status = "queued" || status = "sending")`,
  held: `${UNDER_WAY} && status = "queued" && error ~ "held:%"`,
  late: 'late = true',
  duplicate: 'possible_duplicate = true',
};

/** A filter of PocketBase's. @param {Narrowing} n */
function logFilter(n) {
  /** @type {string[]} */
  const parts = [];
  const add = (/** @type {string} */ text, /** @type {Record<string, any>} */ params = {}) => parts.push(`(${pb.filter(text, params)})`);
  if (n.from) add('created >= {:from}', { from: n.from });
  if (n.until) add('created < {:until}', { until: n.until });
  if (STATUS_FILTERS[n.status]) add(STATUS_FILTERS[n.status]);
  else if (n.status) add('status = {:status}', { status: n.status });
  if (n.channel) add('channel = {:channel}', { channel: n.channel });
  if (n.kind) add('kind = {:kind}', { kind: n.kind });
  if (n.event) add('event = {:event}', { event: n.event });
  if (n.to) add(`${n.to.startsWith('c.') ? 'contact' : 'user'} = {:to}`, { to: n.to.slice(2) });
  if (n.q) add('subject ~ {:q}', { q: n.q });
  return parts.join(' && ');
}

/** A place in the log: before or after a row. @typedef {{created: string, id: string}} Mark */

/** @param {string} filter @param {Mark | null} mark @param {boolean} older which side of the mark */
function beyond(filter, mark, older) {
  if (!mark) return filter;
  const side = older
    ? 'created <= {:created} && (created < {:created} || id < {:id})'
    : 'created >= {:created} && (created > {:created} || id > {:id})';
  return [filter, `(${pb.filter(side, mark)})`].filter(Boolean).join(' && ');
}

/**
 * A page of the log, by the rows at its edge instead of by its number: as quick at the end as at the beginning, and steady
 * while new messages come.
 * @param {Narrowing} narrowing
 * @param {{before?: Mark | null, after?: Mark | null, perPage: number, signal?: AbortSignal}} o
 * @returns {Promise<{items: any[], newer: boolean, older: boolean}>} the newest first
 */
export async function readLog(narrowing, { before = null, after = null, perPage, signal }) {
  const upwards = after !== null;
  const found = await pb.collection('deliveries').getList(1, perPage + 1, {
    filter: beyond(logFilter(narrowing), after ?? before, !upwards),
    sort: upwards ? 'created,id' : '-created,-id',
    expand: EXPAND,
    fields: ROW,
    skipTotal: true,
    signal,
  });
  const more = found.items.length > perPage;
  const items = found.items.slice(0, perPage);
  return upwards ? { items: items.reverse(), newer: more, older: true } : { items, newer: before !== null, older: more };
}

/** @param {Narrowing} narrowing @param {AbortSignal} [signal] @returns {Promise<number>} */
export async function countLog(narrowing, signal) {
  const found = await pb.collection('deliveries').getList(1, 1, { filter: logFilter(narrowing), fields: 'id', signal });
  return found.totalItems;
}

/** @param {string} id @param {AbortSignal} [signal] one message, with all that is known of it */
export function readDelivery(id, signal) {
  return pb.collection('deliveries').getOne(id, { expand: 'user,contact,event,reminder', signal });
}

/**
 * Everybody who may have got a message: members of the team and contacts, by name.
 * @param {string} query
 * @returns {Promise<import('../components/combobox.js').Option[]>}
 */
export async function searchRecipients(query) {
  const filter = query ? pb.filter('name ~ {:q}', { q: query }) : '';
  const options = { filter, sort: 'name', skipTotal: true };
  const [users, contacts] = await Promise.all([
    pb.collection('users').getList(1, 10, { ...options, fields: 'id,name' }),
    query
      ? pb.collection('contacts').getList(1, 10, { ...options, expand: 'customer', fields: 'id,name,expand.customer.name' })
      : { items: [] },
  ]);
  return [
    ...users.items.map((/** @type {any} */ u) => ({ value: `u.${u.id}`, label: u.name })),
    ...contacts.items.map((/** @type {any} */ c) => ({ value: `c.${c.id}`, label: c.name, note: c.expand?.customer?.name })),
  ];
}

/** @param {string} query @returns {Promise<import('../components/combobox.js').Option[]>} */
export async function searchEvents(query) {
  const filter = query ? pb.filter('title ~ {:q} || event_number ~ {:q} || customer.name ~ {:q}', { q: query }) : '';
  const found = await pb
    .collection('events')
    .getList(1, 15, { filter, sort: '-planned_start_date', fields: 'id,title,event_number', skipTotal: true });
  return found.items.map((/** @type {any} */ e) => ({ value: e.id, label: e.title, note: e.event_number }));
}

/** @param {string | undefined} id @returns {Promise<import('../components/combobox.js').Option | null>} */
export async function eventNamed(id) {
  if (!id) return null;
  try {
    const event = await pb.collection('events').getOne(id, { fields: 'id,title' });
    return { value: id, label: event.title };
  } catch {
    return null;
  }
}

/**
 * What is to be entered at the providers, by channel. It may hold a secret: it stays in memory.
 * @returns {Promise<Record<string, {callback_url?: string, binding?: string[]}>>}
 */
export async function readProviders() {
  const { channels } = await ask('GET', 'channels');
  return Object.fromEntries(channels.map((/** @type {any} */ { name, callback_url, binding }) => [name, { callback_url, binding }]));
}

/** @param {AbortSignal} [signal] how the channels and jobs do: waiting, lag, last runs; what SMS come to */
export function readStatus(signal) {
  return ask('GET', 'status', { signal });
}

/** @param {string} channel @param {AbortSignal} [signal] @returns {Promise<any>} the newest message that met an error; null if none did */
async function lastErrorOf(channel, signal) {
  const found = await pb.collection('deliveries').getList(1, 1, {
    filter: pb.filter('channel = {:channel} && error_class != ""', { channel }),
    sort: '-created',
    expand: 'user,contact',
    fields: ROW,
    skipTotal: true,
    signal,
  });
  return found.items[0] ?? null;
}

/** @param {AbortSignal} [signal] @returns {Promise<Record<string, any>>} the same for every channel */
export async function lastErrors(signal) {
  return Object.fromEntries(await Promise.all(CHANNELS.map(async (name) => [name, await lastErrorOf(name, signal)])));
}

/** @param {string} channel @param {string} address empty: one's own @returns {Promise<{delivery: string}>} */
export function testChannel(channel, address) {
  return ask('POST', `channels/${encodeURIComponent(channel)}/test`, { body: { address } });
}

/** @returns {Promise<{email: string, phone: string, wechat: string}>} where the reader can be reached; wechat: whether, as wechat_status tells it */
export async function ownAddresses() {
  const me = await pb.collection('users').getOne(pb.authStore.record?.id ?? '', { fields: 'email,phone,wechat_status' });
  return { email: me.email ?? '', phone: me.phone ?? '', wechat: me.wechat_status ?? '' };
}

/** @param {AbortSignal} [signal] @returns {Promise<any[]>} what was kept instead of sent, the newest first */
export async function readSandbox(signal) {
  return (await ask('GET', 'sandbox', { query: { limit: 100 }, signal })).items;
}
