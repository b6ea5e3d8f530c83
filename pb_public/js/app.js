// What all of the page shares: who is signed in, the channels, the connection, and the words said in passing.
import { isZone, localZone } from './lib/dates.js';

/**
 * A page draws itself from its state and hears of changes.
 * @typedef {object} Page
 * @property {() => string} title
 * @property {() => import('./lib/dom.js').Children} view
 * @property {(collection: 'events' | 'reminders', action: string, record: any) => void} [changed]
 * @property {() => void} [reload] reads everything anew: after the connection was lost
 * @property {() => void} [close]
 */

export const app = {
  /** @type {any} the signed-in person, or null */
  user: null,
  /** @type {any[]} */
  channels: [],
  /** @type {'connecting' | 'live' | 'lost'} */
  connection: 'connecting',
  /** @type {Page | null} */
  page: null,
  /** @type {import('./lib/router.js').Match} */
  route: { name: 'home', params: {}, query: new URLSearchParams(), open: false },
  /** Whether the sandbox mailbox refused this person. */
  sandboxRefused: false,
  /** @type {{id: number, text: string, bad: boolean}[]} */
  toasts: [],
};

let drawer = () => {};
let waiting = false;

/** @param {() => void} draw */
export function drawWith(draw) {
  drawer = draw;
}

/** Draws the page before the next frame; many calls make one drawing. */
export function redraw() {
  if (waiting) return;
  waiting = true;
  const run = () => {
    if (!waiting) return;
    waiting = false;
    drawer();
  };
  requestAnimationFrame(run);
  setTimeout(run, 250); // a page in the background gets no frames
}

/** The zone in which the reader's own times are told. */
export function viewerZone() {
  return isZone(app.user?.timezone) ? app.user.timezone : localZone();
}

let toastId = 0;

/** Says something in passing. @param {string} text @param {{bad?: boolean}} [options] */
export function toast(text, { bad = false } = {}) {
  const id = ++toastId;
  app.toasts = [...app.toasts.slice(-2), { id, text, bad }];
  redraw();
  setTimeout(() => {
    app.toasts = app.toasts.filter((one) => one.id !== id);
    redraw();
  }, bad ? 9000 : 5000);
}

/** Tells a screen reader what changed, politely. @param {string} text */
export function announce(text) {
  const region = document.getElementById('announcer');
  // The same words twice are a change only if something differs.
  if (region) region.textContent = region.textContent === text ? text + '\u00a0' : text;
}

/** The state of a channel, if known. @param {string} name */
export function channelNamed(name) {
  return app.channels.find((c) => c.name === name);
}
