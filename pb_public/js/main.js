// Puts the page together: session, language, address, live changes.
import { draw } from './lib/dom.js';
import { locale, pickLocale, t, useLocale } from './lib/i18n.js';
import { later } from './lib/later.js';
import { match, startRouter } from './lib/router.js';
import { followSystem, toggleTheme } from './lib/theme.js';
import * as api from './lib/api.js';
import * as prefs from './lib/prefs.js';
import { app, drawWith, redraw } from './app.js';
import { loadIcons } from './components/icon.js';
import { doorway, shell } from './components/shell.js';
import { tick } from './components/when.js';
import login from './pages/login.js';

/** @type {Record<string, () => Promise<{default: () => import('./app.js').Page}>>} */
const PAGES = {
  home: () => import('./pages/home.js'),
  event: () => import('./pages/event.js'),
  sandbox: () => import('./pages/sandbox.js'),
  setup: () => import('./pages/setup.js'),
  accept: () => import('./pages/accept.js'),
  missing: () => import('./pages/missing.js'),
};

const root = /** @type {HTMLElement} */ (document.getElementById('app'));
const actions = { language: chooseLanguage, theme: () => { toggleTheme(); redraw(); }, signOut: api.signOut };

let stopLive = () => {};
let leaving = false;
let turn = 0;
let heading = false;

/** Opens the page of the address. @param {'start' | 'push' | 'pop'} kind */
async function show(kind) {
  const mine = ++turn;
  const found = match(location.pathname, location.search);
  const page = !app.user && !found.open ? login : (await PAGES[found.name]()).default;
  if (mine !== turn) return;
  const moved = app.route.name !== found.name || app.route.params.id !== found.params.id;
  app.page?.close?.();
  app.route = found;
  app.page = page === login ? login({ ended: leaving }) : page();
  leaving = false;
  drawNow();
  if (kind === 'pop') scrollTo(0, history.state?.y ?? 0);
  else if (kind === 'push' && moved && !location.hash) scrollTo(0, 0);
  if (kind !== 'start' && moved) headFor();
}

/** A screen reader begins where the new page begins: at its heading, as soon as that is there. */
function headFor() {
  heading = true;
  document.getElementById('main')?.focus({ preventScroll: true });
  focusHeading();
}

function focusHeading() {
  if (!heading) return;
  const at = document.activeElement;
  const found = /** @type {HTMLElement | null} */ (root.querySelector('h1[tabindex]'));
  if (found || (at !== document.body && at?.id !== 'main')) heading = false;
  if (found && (at === document.body || at?.id === 'main')) found.focus({ preventScroll: true });
}

function drawNow() {
  const { page } = app;
  if (!page) return;
  const inside = app.user && !app.route.open;
  draw(root, (inside ? shell : doorway)(page.view(), actions));
  document.title = page.title() + ' · T-minus';
  root.removeAttribute('aria-busy');
  focusHeading();
}

/** @param {string} code */
async function chooseLanguage(code) {
  prefs.set('language', code);
  await setLanguage();
}

/** The reader's choice, else the profile's language, else the browser's. */
async function setLanguage() {
  const profile = app.user?.locale || null;
  if (profile) prefs.set('profile-language', profile);
  const wanted = pickLocale([prefs.get('language'), profile ?? prefs.get('profile-language'), ...navigator.languages]);
  if (wanted !== locale() || t('nav.events') === 'nav.events') await useLocale(wanted);
  document.documentElement.lang = wanted;
  redraw();
}

async function readChannels() {
  if (!app.user) return;
  try {
    app.channels = await api.channels();
    prefs.set('channels', JSON.stringify(app.channels));
    redraw();
  } catch {
    // What was known stays; pages say themselves when the server is away.
  }
}

/** The channels as they were last, so that nothing moves when the answer comes. @returns {any[]} */
function remembered() {
  try {
    return JSON.parse(prefs.get('channels') ?? '[]');
  } catch {
    return [];
  }
}

const loadChannels = later(readChannels, 900);

function goLive() {
  stopLive();
  app.connection = 'connecting';
  stopLive = api.live({
    changed(collection, action, record) {
      app.page?.changed?.(collection, action, record);
      // What leaves, or does not, tells whether the channels work.
      if (collection === 'reminders' && record.status !== 'pending') loadChannels();
    },
    connected(again) {
      app.connection = 'live';
      if (again) { // nothing of the meantime is replayed
        app.page?.reload?.();
        loadChannels();
      }
      redraw();
    },
    lost() {
      app.connection = 'lost';
      redraw();
    },
  });
}

/** Someone signed in or out, or the record changed. */
async function session() {
  const before = app.user;
  app.user = api.me();
  if (app.user?.id === before?.id) {
    redraw();
    return;
  }
  stopLive();
  app.channels = app.user ? remembered() : [];
  app.sandboxRefused = false;
  leaving = before !== null && api.ended();
  await setLanguage();
  if (app.user) {
    goLive();
    readChannels();
  }
  await show('push');
  headFor();
}

async function start() {
  loadIcons().catch(() => {}); // they are decoration
  app.user = api.me();
  if (app.user) app.channels = remembered();
  drawWith(drawNow);
  startRouter(show);
  followSystem(redraw);
  api.onSession(session);
  await setLanguage();
  await show('start');
  if (app.user) {
    goLive();
    readChannels();
    await api.refreshSession();
    await setLanguage();
  }
  setInterval(tick, 1000);
  setInterval(() => { if (!document.hidden) { redraw(); loadChannels(); } }, 30_000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { tick(); redraw(); } });
}

start();
