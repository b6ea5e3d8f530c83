// The only client of the server.
import PocketBase, { getTokenPayload, LocalAuthStore } from '../../vendor/pocketbase@0.28.1/pocketbase.es.js';
import { explain } from './errors.js';

/** @type {any} the client's own types are not vendored */
const pb = new PocketBase(location.origin, new LocalAuthStore('tminus.auth'));
pb.autoCancellation(false);

// What a row shows, no more: a list is the largest answer.
const REMINDER_FIELDS = ['id', 'reminder_type', 'title', 'status', 'send_datetime', 'channels', 'updated'];
const EVENT_FIELDS = 'id,title,event_type,status,customer,timezone,planned_start_date,planned_end_date,updated';

/** @returns {any} the signed-in person's record, or null */
export function me() {
  return pb.authStore.isValid ? pb.authStore.record : null;
}

/** @param {() => void} changed called when someone signs in or out, in another tab too */
export function onSession(changed) {
  pb.authStore.onChange(changed);
}

/** @param {string} email @param {string} password */
export async function signIn(email, password) {
  await pb.collection('users').authWithPassword(email, password);
}

let closed = false;

/** Whether the session was ended by the server, not by its owner. */
export function ended() {
  return closed;
}

/** Reads the person's record anew and notices a session that has ended. */
export async function refreshSession() {
  if (!pb.authStore.isValid) return;
  try {
    await pb.collection('users').authRefresh();
  } catch (error) {
    if (['signed_out', 'forbidden', 'missing'].includes(explain(error).kind)) end(true);
  }
}

export function signOut() {
  end(false);
}

/** @param {boolean} byServer */
function end(byServer) {
  closed = byServer;
  pb.realtime.unsubscribe().catch(() => {});
  pb.authStore.clear();
}

// Any request may be the one that learns that the session is over.
pb.afterSend = (/** @type {Response} */ response, /** @type {unknown} */ data) => {
  if (response.status === 401 && pb.authStore.record) end(true);
  return data;
};

/**
 * Events with their customers and reminders, in one request.
 * @param {{filter?: string, params?: Record<string, unknown>, sort: string, search?: string, limit: number, signal?: AbortSignal}} o
 * @returns {Promise<{items: any[], more: boolean}>} more: there are others beyond the limit
 */
export async function events(o) {
  const parts = [];
  if (o.filter) parts.push('(' + pb.filter(o.filter, o.params) + ')');
  if (o.search) parts.push(pb.filter('(title ~ {:q} || customer.name ~ {:q} || event_number ~ {:q} || location ~ {:q})', { q: o.search }));
  const found = await pb.collection('events').getList(1, o.limit + 1, {
    filter: parts.join(' && '),
    sort: o.sort,
    expand: 'customer,reminders_via_event.deliveries_via_reminder',
    fields: [EVENT_FIELDS, 'expand.customer.id', 'expand.customer.name',
      ...REMINDER_FIELDS.map((f) => 'expand.reminders_via_event.' + f),
      ...['provider', 'status'].map((f) => 'expand.reminders_via_event.expand.deliveries_via_reminder.' + f)].join(','),
    skipTotal: true,
    signal: o.signal,
  });
  return { items: found.items.slice(0, o.limit), more: found.items.length > o.limit };
}

/** @param {string} filter @param {Record<string, unknown>} params */
export async function countEvents(filter, params) {
  return (await pb.collection('events').getList(1, 1, { filter: pb.filter(filter, params), fields: 'id' })).totalItems;
}

/** How many reminders failed, wholly or in part, of events from some time on. @param {Date} since */
export async function countFailed(since) {
  const filter = pb.filter('(status = "failed" || status = "partial") && event.planned_start_date >= {:since}', { since });
  return (await pb.collection('reminders').getList(1, 1, { filter, fields: 'id' })).totalItems;
}

/** The pending reminder that is due next, with its event. @returns {Promise<any>} null if none is pending */
export async function nextDue() {
  const found = await pb.collection('reminders').getList(1, 1, {
    filter: 'status = "pending"', sort: 'send_datetime', expand: 'event', skipTotal: true,
    fields: 'id,title,reminder_type,send_datetime,event,expand.event.id,expand.event.title',
  });
  return found.items[0] ?? null;
}

/** @param {string} id */
export function event(id) {
  return pb.collection('events').getOne(id, { expand: 'customer,contact_person,sales_responsible,assigned_staff' });
}

/** @param {string} event */
export function remindersOf(event) {
  return pb.collection('reminders').getFullList({
    filter: pb.filter('event = {:event}', { event }), sort: 'send_datetime,id', expand: 'recipients,contact_recipients,plan_step',
  });
}

/** @param {string} event */
export function deliveriesOf(event) {
  return pb.collection('deliveries').getFullList({
    filter: pb.filter('event = {:event} && kind = "reminder"', { event }), sort: 'created,user,contact,channel,id', expand: 'user,contact',
  });
}

/** @param {string} id */
export function sendReminder(id) {
  return pb.send(`/api/tminus/reminders/${encodeURIComponent(id)}/send`, { method: 'POST' });
}

/** @param {string} id */
export function retryReminder(id) {
  return pb.send(`/api/tminus/reminders/${encodeURIComponent(id)}/retry`, { method: 'POST' });
}

/** @returns {Promise<any[]>} */
export async function channels() {
  return (await pb.send('/api/tminus/channels', { method: 'GET' })).channels ?? [];
}

/** The messages that the sandbox keeps, the newest first. @returns {Promise<any[]>} */
export async function sandbox(limit = 100) {
  return (await pb.send('/api/tminus/sandbox', { method: 'GET', query: { limit } })).items ?? [];
}

/** Creates the first administrator. @param {Record<string, string>} form */
export function setUp(form) {
  return pb.send('/api/tminus/setup', { method: 'POST', body: form });
}

/** Whom an invitation is for; empty if its token cannot be read. @param {string} token @returns {string} */
export function invitedAddress(token) {
  return String(getTokenPayload(token).email ?? '');
}

/** Sets the password of an invited person. @param {string} token @param {string} password */
export function acceptInvitation(token, password) {
  return pb.collection('users').confirmPasswordReset(token, password, password);
}

/** Adds a person, who gets a mail with a link. @param {{email: string, name: string, role: string, locale: string}} person */
export function invite(person) {
  return pb.send('/api/tminus/invitations', { method: 'POST', body: person });
}

/**
 * Hears of every change to events and reminders until stopped.
 * @param {{
 *   changed: (collection: 'events' | 'reminders', action: string, record: any) => void,
 *   connected: (again: boolean) => void,
 *   lost: () => void,
 * }} listener
 * @returns {() => void} stops
 */
export function live(listener) {
  let stopped = false;
  let before = false;
  const quiet = () => {};
  pb.realtime.onDisconnect = (/** @type {string[]} */ subscriptions) => {
    if (!stopped && subscriptions.length > 0) listener.lost();
  };
  pb.realtime.subscribe('PB_CONNECT', () => {
    if (stopped) return;
    listener.connected(before);
    before = true;
  }).catch(quiet);
  for (const name of /** @type {const} */ (['events', 'reminders'])) {
    pb.collection(name).subscribe('*', (/** @type {{action: string, record: any}} */ e) => { if (!stopped) listener.changed(name, e.action, e.record); }).catch(quiet);
  }
  return () => {
    stopped = true;
    pb.realtime.unsubscribe().catch(quiet);
  };
}
