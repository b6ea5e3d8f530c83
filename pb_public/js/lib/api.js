// The only client of the server: the PocketBase SDK, the session, and what changes there.
import PocketBase, { getTokenPayload, LocalAuthStore } from 'pocketbase';
import { explain } from './errors.js';
import { forgetAll } from './kept.js';
import * as prefs from './prefs.js';
import { channels, connection, demo, epoch, expired, user } from './state.js';

/** The client. Pages ask it for records: pb.collection('events').getList(…). @type {any} */
export const pb = new PocketBase(location.origin, new LocalAuthStore('tminus.auth'));
pb.autoCancellation(false);

// Any request may be the one that learns that the session is over; of a session that was replaced meanwhile, none does.
pb.afterSend = (/** @type {Response} */ response, /** @type {unknown} */ data, /** @type {any} */ sent) => {
  const present = sent.headers?.Authorization === pb.authStore.token;
  if (response.status === 401 && present && user.peek() && pb.authStore.record) expired.value = true;
  return data;
};

/**
 * Asks a route of ours.
 * @param {'GET' | 'POST' | 'DELETE'} method
 * @param {string} path below /api/tminus/
 * @param {{body?: any, query?: Record<string, any>, signal?: AbortSignal}} [options]
 */
export function ask(method, path, options = {}) {
  return pb.send(`/api/tminus/${path}`, { method, ...options });
}

/** Whose session this browser holds, when the app starts. */
export function restoreSession() {
  user.value = pb.authStore.isValid ? pb.authStore.record : null;
  if (user.value) remember();
}

/** Follows sign-in and sign-out, in other tabs too. */
export function followSession() {
  pb.authStore.onChange(() => {
    const record = pb.authStore.isValid ? pb.authStore.record : null;
    if (record && user.peek() && record.id !== user.peek().id)
      location.assign('/'); // another person: nothing of the first may stay
    else if (record || !expired.peek()) user.value = record;
  });
}

/** After signing in, by whatever means. */
export function signedIn() {
  user.value = pb.authStore.record;
  if (user.value?.email) prefs.set('email', user.value.email);
  expired.value = false;
  epoch.value++;
}

/** @param {string} email @param {string} password */
export async function signIn(email, password) {
  const present = user.peek()?.id;
  await pb.collection('users').authWithPassword(email, password);
  signedIn();
  if (present === user.peek()?.id) listenAnew();
}

/** Reads the person's record anew and notices a session that has ended. */
export async function refreshSession() {
  if (!user.peek()) return;
  const { token } = pb.authStore;
  try {
    await pb.collection('users').authRefresh();
  } catch (error) {
    if (token !== pb.authStore.token) return; // a new password has replaced that session meanwhile
    if (['signed_out', 'forbidden', 'missing'].includes(explain(error).kind)) expired.value = true;
  }
}

/**
 * Changes something. To PocketBase a token that has ended is none at all, and its refusal says nothing of that: only then
 * is asked whether there still is a session.
 * @template T
 * @param {() => Promise<T>} change
 * @returns {Promise<T>}
 */
export async function inSession(change) {
  try {
    return await change();
  } catch (error) {
    const { kind, fields } = explain(error);
    const vague = kind === 'missing' || kind === 'forbidden' || (kind === 'invalid' && Object.keys(fields).length === 0);
    if (vague) await refreshSession();
    throw vague && expired.peek() ? { status: 401, response: {} } : error;
  }
}

export function signOut() {
  expired.value = false;
  listening.clear();
  pb.realtime.unsubscribe().catch(quiet);
  pb.authStore.clear();
  user.value = null;
  prefs.set('channels', null);
  forgetAll();
}

/**
 * Whom an invitation or a new password is for; empty if the token cannot be read.
 * @param {string} token
 * @param {'email' | 'newEmail'} [claim] newEmail: the address that somebody changes to
 * @returns {string}
 */
export function tokenAddress(token, claim = 'email') {
  return String(getTokenPayload(token)[claim] ?? '');
}

/** The channels as they were last, so that nothing moves when the answer comes. */
function remember() {
  try {
    channels.value = JSON.parse(prefs.get('channels') ?? '[]');
  } catch {
    channels.value = [];
  }
}

export async function readChannels() {
  if (!user.peek()) return;
  try {
    const answer = await ask('GET', 'channels');
    channels.value = answer.channels ?? [];
    demo.value = answer.demo === true;
    prefs.set(
      'channels',
      JSON.stringify(channels.peek(), (key, value) => (key === 'callback_url' ? undefined : value)),
    ); // may be secret
  } catch {
    // What was known stays; pages say themselves when the server is away.
  }
}

// Changes on the server

/** @typedef {(collection: string, action: 'create' | 'update' | 'delete', record: any) => void} Listener */

const quiet = () => {};
/** @type {Set<{collections: string[], listener: Listener}>} */
const listeners = new Set();
/** Since when each collection's changes are heard, as performance.now() tells it. @type {Map<string, Promise<number>>} */
const listening = new Map();

/**
 * Hears of every change to records of these collections.
 * @param {string[]} collections
 * @param {Listener} listener
 * @returns {() => void} stops
 */
export function onChange(collections, listener) {
  for (const name of collections) listen(name);
  const mine = { collections, listener };
  listeners.add(mine);
  return () => listeners.delete(mine);
}

/** @param {string} name */
function listen(name) {
  if (listening.has(name) || !user.peek()) return;
  const hear = (/** @type {any} */ e) => {
    for (const one of [...listeners]) if (one.collections.includes(name)) one.listener(name, e.action, e.record);
  };
  const since = pb
    .collection(name)
    .subscribe('*', hear)
    .then(() => performance.now());
  listening.set(name, since);
  since.catch(() => listening.delete(name));
}

/**
 * Since when the changes of all these collections are heard, as performance.now() tells it. What changed before, nobody told.
 * @param {string[]} collections
 * @returns {Promise<number>}
 */
export async function heardSince(collections) {
  const since = await Promise.all(collections.map((name) => listening.get(name) ?? 0));
  return Math.max(0, ...since);
}

/** Whether something may have changed unheard since the pages were read. */
let missed = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/** Opens the connection on which changes come, and keeps its state. */
export function goLive() {
  connection.value = 'connecting';
  missed = false;
  pb.realtime.onDisconnect = (/** @type {string[]} */ subscriptions) => {
    if (user.peek() && subscriptions.length > 0) lost();
  };
  connect();
}

/** Begins the connection anew: the server tells an old one nothing more once the session is over in which it began. */
async function listenAnew() {
  listening.clear();
  await pb.realtime.unsubscribe().catch(quiet);
  goLive();
  missed = true;
}

/**
 * Lets the connection go with the page. A browser may keep a page that was left, with its connection, and has but six to a
 * server: after as many pages nothing more would be answered. A page that comes back begins anew.
 */
export function followPage() {
  addEventListener('pagehide', () => {
    listening.clear();
    pb.realtime.unsubscribe().catch(quiet);
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted && user.peek()) listenAnew();
  });
}

function lost() {
  connection.value = 'lost';
  missed = true; // nothing of the meantime is replayed
}

/** Once connected the client finds the way back by itself; the first time it gives up at once. */
function connect() {
  clearTimeout(waiting);
  const again = () => {
    if (!user.peek()) return;
    lost();
    listening.clear();
    pb.realtime.unsubscribe().catch(quiet); // or it would tell everything twice
    waiting = setTimeout(connect, 4000);
  };
  pb.realtime.subscribe('PB_CONNECT', connected).catch(again);
  for (const name of ['events', 'reminders', ...heard()]) listen(name);
}

function connected() {
  connection.value = 'live';
  if (missed) epoch.value++;
  missed = false;
}

/** What pages want to hear of. */
const heard = () => [...listeners].flatMap((listener) => listener.collections);
