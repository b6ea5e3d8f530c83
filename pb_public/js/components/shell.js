// The frame of every page: where one is, and what belongs to the reader.
import { h } from '../lib/dom.js';
import { LOCALES, locale, t } from '../lib/i18n.js';
import { initials } from '../lib/reminders.js';
import { theme } from '../lib/theme.js';
import { app } from '../app.js';
import { icon, mark } from './icon.js';
import { open } from './dialog.js';
import { openInvite } from './invite.js';

/** @typedef {import('../lib/dom.js').Children} Children */
/** @typedef {{language: (code: string) => void, theme: () => void, signOut: () => void}} Actions */

/** @param {Children} content @param {Actions} actions */
export function shell(content, actions) {
  return [
    h('a', { class: 'skip', href: '#main', on: { click: toMain } }, t('nav.skip')),
    h('div', { class: 'shell', key: 'shell' },
      h('aside', { class: 'sidebar' },
        brand(),
        h('nav', { 'aria-label': t('nav.label') }, h('ul', null, places().map(sideLink))),
        h('div', { class: 'sidebar-foot' },
          connection(),
          h('div', { class: 'row' }, languageChoice('side', actions), themeButton(actions)),
          h('div', { class: 'row who' },
            h('button', { class: 'who-button', type: 'button', 'aria-haspopup': 'dialog', on: { click: () => account(actions) } },
              face(app.user), h('span', { class: 'who-name', title: app.user.name }, app.user.name)),
            h('button', { class: 'icon-button', type: 'button', 'aria-label': t('action.sign_out'), title: t('action.sign_out'), on: { click: actions.signOut } },
              icon('logout'))))),
      h('header', { class: 'topbar' },
        brand(),
        h('div', { class: 'row' }, languageChoice('top', actions), themeButton(actions))),
      h('main', { id: 'main', tabindex: '-1' }, content),
      h('nav', { class: 'bottombar', 'aria-label': t('nav.label') },
        places().map(bottomLink),
        h('button', { type: 'button', class: 'bottom-link', 'aria-haspopup': 'dialog', on: { click: () => account(actions) } },
          icon('user-circle'), h('span', null, t('nav.account'))))),
    toasts(),
  ];
}

/** The frame of the pages for those who are not signed in. @param {Children} content @param {Actions} actions */
export function doorway(content, actions) {
  return [
    h('a', { class: 'skip', href: '#main', on: { click: toMain } }, t('nav.skip')),
    h('div', { class: 'doorway', key: 'doorway' },
      h('header', { class: 'doorway-bar' }, brand(), h('div', { class: 'row' }, languageChoice('door', actions), themeButton(actions))),
      h('main', { id: 'main', tabindex: '-1' }, content)),
    toasts(),
  ];
}

/** @param {Event} event */
function toMain(event) {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function brand() {
  return h('a', { class: 'brand', href: '/' }, mark(), h('span', null, 'T-minus'));
}

function places() {
  const at = app.route.name;
  const kept = !app.sandboxRefused && app.channels.some((c) => c.state === 'sandbox');
  return [
    { href: '/', icon: 'calendar-event', label: t('nav.events'), here: at === 'home' || at === 'event' },
    kept || at === 'sandbox' ? { href: '/sandbox', icon: 'inbox', label: t('nav.sandbox'), here: at === 'sandbox' } : null,
  ].filter((p) => p !== null);
}

/** @param {ReturnType<typeof places>[number]} p */
function sideLink(p) {
  return h('li', { key: p.href }, h('a', { class: 'side-link', href: p.href, 'aria-current': p.here ? 'page' : null }, icon(p.icon), p.label));
}

/** @param {ReturnType<typeof places>[number]} p */
function bottomLink(p) {
  return h('a', { key: p.href, class: 'bottom-link', href: p.href, 'aria-current': p.here ? 'page' : null }, icon(p.icon), h('span', null, p.label));
}

/** @param {string} where @param {Actions} actions */
function languageChoice(where, actions) {
  return h('div', { class: 'language' },
    icon('language'),
    h('label', { class: 'sr-only', for: 'language-' + where }, t('nav.language')),
    h('select', { id: 'language-' + where, value: locale(), on: { change: (/** @type {any} */ e) => actions.language(e.target.value) } },
      LOCALES.map((l) => h('option', { value: l.code, lang: l.code }, l.name))),
    icon('chevron-down'));
}

/** @param {Actions} actions */
function themeButton(actions) {
  const dark = theme() === 'dark';
  const words = t(dark ? 'theme.to_light' : 'theme.to_dark');
  return h('button', { class: 'icon-button', type: 'button', 'aria-label': words, title: words, on: { click: actions.theme } }, icon(dark ? 'sun' : 'moon'));
}

function connection() {
  const looks = { live: 'tone-good', connecting: 'tone-quiet', lost: 'tone-warn' };
  return h('p', { class: `connection ${looks[app.connection]}`, role: 'status' },
    h('span', { class: 'dot' }), t('connection.' + app.connection));
}

/** @param {any} person */
export function face(person) {
  return h('span', { class: 'face', 'aria-hidden': 'true' }, initials(person?.name || person?.email || ''));
}

/** @param {Actions} actions */
function account(actions) {
  const { user } = app;
  open(t('nav.account'), (close) => h('div', { class: 'dialog-body account' },
    h('div', { class: 'account-who' }, face(user),
      h('div', null, h('p', { class: 'strong' }, user.name), h('p', { class: 'muted' }, user.email), h('p', { class: 'muted' }, t('role.' + user.role)))),
    h('div', { class: 'account-actions' },
      user.role === 'admin' && h('button', { type: 'button', class: 'button', on: { click: () => { close(); openInvite(); } } }, icon('user-plus'), t('invite.title')),
      user.role === 'admin' && h('a', { class: 'button', href: '/_/', target: '_blank', rel: 'noopener' }, icon('world'), t('nav.dashboard')),
      h('button', { type: 'button', class: 'button', on: { click: () => { close(); actions.signOut(); } } }, icon('logout'), t('action.sign_out')))));
}

function toasts() {
  return h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite', key: 'toasts' },
    app.toasts.map((one) => h('p', { class: `toast ${one.bad ? 'tone-bad' : ''}`.trim(), key: one.id }, icon(one.bad ? 'alert-circle' : 'check'), one.text)));
}
