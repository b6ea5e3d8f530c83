// Puts the app together: session, language, address, live changes.

import { effect, signal } from '@preact/signals';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { exec, LocationProvider, Route, Router, useLocation } from 'preact-iso/router';
import { loadIcons } from './components/icon.js';
import { Missing } from './components/missing.js';
import { Doorway, Shell } from './components/shell.js';
import { ForbiddenPage } from './components/states.js';
import { followPage, followSession, goLive, onChange, readChannels, refreshSession, restoreSession } from './lib/api.js';
import { html } from './lib/html.js';
import { loadWords } from './lib/i18n.js';
import { followLanguage } from './lib/language.js';
import { later } from './lib/later.js';
import { preparedForOffline } from './lib/offline.js';
import { navigateBy, pageOf, readRoutes, SCOPE } from './lib/router.js';
import { epoch, expired, minute, user } from './lib/state.js';

const routes = readRoutes();

/** The dialog for a session that has ended, fetched when one ends. */
const SignInAgain = signal(/** @type {any} */ (null));

function App() {
  return html`<${LocationProvider} scope=${SCOPE}><${Pages} /><//>`;
}

function Pages() {
  const { route, path } = useLocation();
  useEffect(() => navigateBy(route), [route]);
  const open = routes.some((r) => r.open && r.path === path && r.page !== 'login');
  if (!user.value && !open) {
    const Login = pageOf(routes.find((r) => r.page === 'login') ?? { path: '/login', page: 'login', area: 'entry' });
    return html`<${Doorway}><${Router} key="door"><${Route} default component=${Login} /><//><//>`;
  }
  const Frame = open ? Doorway : Shell;
  return html`<${Frame}>
      <${Router} key=${user.value?.id ?? 'door'} onRouteChange=${arrived}>
        ${routes.map((r) => html`<${Route} key=${r.path} path=${r.path} component=${allowed(r) ? pageOf(r) : ForbiddenPage} />`)}
        <${Route} default component=${Missing} />
      <//>
    <//>
    ${expired.value && SignInAgain.value && html`<${SignInAgain.value} />`}`;
}

/** @param {import('./lib/router.js').Route} r */
const allowed = (r) => !r.roles || r.roles.includes(user.value?.role);

function askForPassword() {
  if (expired.value && !SignInAgain.peek())
    import('./components/sign-in-again.js').then((module) => {
      SignInAgain.value = module.SignInAgain;
    });
}

/** A screen reader begins where the new page begins: at its heading, as soon as that is there. */
function arrived() {
  let looks = 0;
  const focus = () => {
    const at = document.activeElement;
    if (at && at !== document.body && at.id !== 'main' && at.closest('main, dialog')) return; // the page has put it where it belongs
    const heading = /** @type {HTMLElement | null} */ (document.querySelector('main h1'));
    (heading ?? document.getElementById('main'))?.focus({ preventScroll: true });
    if (!heading && ++looks < 60) setTimeout(focus, 50);
  };
  requestAnimationFrame(() => setTimeout(focus, 30));
}

/** What leaves, or does not, tells whether the channels work. */
function followChannels() {
  const soon = later(readChannels, 900);
  onChange(['reminders'], (_collection, _action, record) => {
    if (record.status !== 'pending') soon();
  });
  setInterval(() => {
    if (!document.hidden) soon();
  }, 30_000);
  effect(() => {
    if (epoch.value > 0) soon();
  });
}

function keepTime() {
  const look = () => {
    minute.value = Math.floor(Date.now() / 60_000);
  };
  setInterval(look, 5000);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) look();
  });
}

/** Fetches the page at this address, so that it is in the first picture. If it cannot be had, the router says so. */
function firstPage() {
  const first = user.value && routes.find((r) => exec(location.pathname, r.path));
  return (
    first &&
    allowed(first) &&
    pageOf(first)
      .preload()
      .catch(() => {})
  );
}

async function start() {
  loadIcons().catch(() => {}); // they are decoration
  restoreSession();
  await Promise.all([loadWords('core'), firstPage()]);
  await followLanguage();
  const root = /** @type {HTMLElement} */ (document.getElementById('app'));
  render(html`<${App} />`, root);
  keepTime();
  followSession();
  followPage();
  followChannels();
  let present = '';
  effect(() => {
    const id = user.value?.id ?? '';
    followLanguage();
    if (id === present) return;
    present = id;
    if (!id) return;
    goLive();
    readChannels();
  });
  effect(askForPassword);
  setTimeout(refreshSession, 1000); // what is on the screen comes first
  preparedForOffline();
}

start();
