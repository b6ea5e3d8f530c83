// What all of the app shares, as signals: a component that reads one is drawn anew when it changes.
import { computed, signal } from '@preact/signals';
import { isZone, localZone } from './dates.js';

/** The signed-in person's record, or null. */
export const user = signal(/** @type {any} */ (null));

/** Whether the server has ended the session while a page was open: the page stays, and asks for the password. */
export const expired = signal(false);

/** @typedef {{name: string, state: 'ready' | 'sandbox' | 'not_configured' | 'paused', enabled: boolean, provider: string, reason: string, hint: string, since: string, binding?: ('qr' | 'oauth')[]}} Channel binding: the ways to bind one's WeChat account */

export const channels = signal(/** @type {Channel[]} */ ([]));
export const demo = signal(false);
export const connection = signal(/** @type {'connecting' | 'live' | 'lost'} */ ('connecting'));

/** Counts the times at which everything must be read anew: found again after a loss, or signed in again. */
export const epoch = signal(0);

/** When what is on the screen was read, if it is what this device kept because the server is out of reach. */
export const keptSince = signal(/** @type {Date | null} */ (null));

/** The minute on the clock: what depends on the time of day is drawn anew by it. */
export const minute = signal(Math.floor(Date.now() / 60_000));

/** @typedef {{id: number, text: string, bad: boolean, action?: {label: string, run: () => void}}} Toast */
export const toasts = signal(/** @type {Toast[]} */ ([]));

/** The zone in which the reader's own times are told. */
export const viewerZone = computed(() => (isZone(user.value?.timezone) ? user.value.timezone : localZone()));

/** The zone of an event, or the reader's where it has none. @param {any} event @returns {string} */
export function zoneOf(event) {
  return isZone(event?.timezone) ? event.timezone : viewerZone.value;
}

/** @type {Record<string, number>} */
const RANK = { viewer: 0, staff: 1, manager: 2, admin: 3 };

/** Whether the reader's role is this one or a higher. @param {'viewer' | 'staff' | 'manager' | 'admin'} role */
export function atLeast(role) {
  const own = user.value?.role;
  return own in RANK && RANK[own] >= RANK[role];
}

/** Who may read the sandbox mailbox: administrators, and in the demo everyone. */
export function readsSandbox() {
  return demo.value || user.value?.role === 'admin';
}

/** The state of a channel, if known. @param {string} name */
export function channelNamed(name) {
  return channels.value.find((c) => c.name === name);
}

let toastId = 0;

/**
 * Says something in passing. With an action ("Undo") it stays longer.
 * @param {string} text
 * @param {{bad?: boolean, action?: {label: string, run: () => void}}} [options]
 */
export function toast(text, { bad = false, action } = {}) {
  const id = ++toastId;
  toasts.value = [...toasts.value.slice(-2), { id, text, bad, action }];
  setTimeout(() => dropToast(id), action ? 12_000 : bad ? 9000 : 5000);
}

/** @param {number} id */
export function dropToast(id) {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

/** Tells a screen reader what changed, politely. @param {string} text */
export function announce(text) {
  const region = document.getElementById('announcer');
  // The same words twice are a change only if something differs.
  if (region) region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
