// The frame of every page: where one is, and what belongs to the reader.
import { useLocation } from 'preact-iso/router';
import { signOut } from '../lib/api.js';
import { moment } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, LOCALES, locale, t } from '../lib/i18n.js';
import { chooseLanguage } from '../lib/language.js';
import { atLeast, channels, connection, dropToast, keptSince, readsSandbox, toasts, user, viewerZone } from '../lib/state.js';
import { theme, toggleTheme } from '../lib/theme.js';
import { Face } from './badge.js';
import { IconButton } from './button.js';
import { Questions } from './dialog.js';
import { Icon, Mark } from './icon.js';

/**
 * Where one can go, by role.
 * @returns {{href: string, icon: string, label: string, group: 'work' | 'library' | 'office'}[]}
 */
export function places() {
  const kept = channels.value.some((c) => c.state === 'sandbox');
  return /** @type {any} */ (
    [
      { group: 'work', href: '/', icon: 'home', label: t('nav.today') },
      { group: 'work', href: '/events', icon: 'list-details', label: t('nav.events') },
      { group: 'work', href: '/calendar', icon: 'calendar', label: t('nav.calendar') },
      { group: 'work', href: '/customers', icon: 'building', label: t('nav.customers') },
      atLeast('manager') && { group: 'library', href: '/templates', icon: 'template', label: t('nav.templates') },
      atLeast('manager') && { group: 'library', href: '/plans', icon: 'timeline', label: t('nav.plans') },
      { group: 'office', href: '/deliveries', icon: 'report', label: t('nav.deliveries') },
      kept && readsSandbox() && { group: 'office', href: '/sandbox', icon: 'inbox', label: t('nav.sandbox') },
      atLeast('admin') && { group: 'office', href: '/channels', icon: 'send', label: t('nav.channels') },
      atLeast('admin') && { group: 'office', href: '/team', icon: 'users', label: t('nav.team') },
      atLeast('admin') && { group: 'office', href: '/settings', icon: 'settings', label: t('nav.settings') },
    ].filter(Boolean)
  );
}

/** @param {string} href @param {string} path */
const isHere = (href, path) =>
  href === '/' ? path === '/' : path === href || path.startsWith(`${href}/`) || (href === '/events' && path.startsWith('/reminders/'));

/** @param {{children: any}} props */
export function Shell({ children }) {
  const { path } = useLocation();
  return html`<${Skip} />
    <div class="shell">
      <${Sidebar} path=${path} />
      <header class="topbar">
        <${Brand} />
        <div class="row"><${Language} where="top" /><${Theme} /></div>
      </header>
      <main id="main" tabindex="-1"><${KeptNote} />${children}</main>
      <${BottomBar} path=${path} />
    </div>
    <${Toasts} />
    <${Questions} />`;
}

/** The frame of the pages for those who are not signed in. @param {{children: any}} props */
export function Doorway({ children }) {
  return html`<${Skip} />
    <div class="doorway">
      <header class="doorway-bar"><${Brand} /><div class="row"><${Language} where="door" /><${Theme} /></div></header>
      <main id="main" tabindex="-1">${children}</main>
    </div>
    <${Toasts} />`;
}

function Skip() {
  const toMain = (/** @type {Event} */ e) => {
    e.preventDefault();
    document.getElementById('main')?.focus();
  };
  return html`<a class="skip" href="#main" onClick=${toMain}>${t('nav.skip')}</a>`;
}

function Brand() {
  return html`<a class="brand" href="/"><${Mark} /><span>T-minus</span></a>`;
}

/** @param {{path: string}} props */
function Sidebar({ path }) {
  const groups = /** @type {const} */ (['work', 'library', 'office'])
    .map((group) => places().filter((p) => p.group === group))
    .filter((g) => g.length > 0);
  return html`<aside class="sidebar">
    <${Brand} />
    ${atLeast('staff') && html`<a class="button primary wide" href="/events/new"><${Icon} name="plus" /><span>${t('nav.new_event')}</span></a>`}
    <nav aria-label=${t('nav.label')}>
      ${groups.map(
        (group) =>
          html`<ul class="side-group" key=${group[0].group}>${group.map(
            (p) => html`<li key=${p.href}>
        <a class="side-link" href=${p.href} aria-current=${isHere(p.href, path) ? 'page' : null}><${Icon} name=${p.icon} />${p.label}</a>
      </li>`,
          )}</ul>`,
      )}
    </nav>
    <div class="sidebar-foot">
      <${Connection} />
      <div class="row"><${Language} where="side" /><${Theme} /></div>
      <div class="row who">
        <a class="who-button" href="/profile" aria-current=${path === '/profile' ? 'page' : null}><${Face} name=${user.value?.name} /><span class="who-name" title=${user.value?.name}>${user.value?.name}</span></a>
        <${IconButton} icon="logout" label=${t('action.sign_out')} onClick=${signOut} />
      </div>
    </div>
  </aside>`;
}

/** @param {{path: string}} props */
function BottomBar({ path }) {
  const four = [
    { href: '/', icon: 'home', label: t('nav.today') },
    { href: '/events', icon: 'list-details', label: t('nav.events') },
    { href: '/calendar', icon: 'calendar', label: t('nav.calendar') },
  ];
  const more = !four.some((p) => isHere(p.href, path)) || path === '/more';
  const add = path === '/events/new';
  const link = (/** @type {typeof four[number]} */ p, /** @type {boolean} */ here) =>
    html`<a key=${p.href} class="bottom-link" href=${p.href} aria-current=${here ? 'page' : null}><${Icon} name=${p.icon} /><span>${p.label}</span></a>`;
  return html`<nav class="bottombar" aria-label=${t('nav.label')}>
    ${link(four[0], isHere('/', path))}
    ${link(four[1], isHere('/events', path) && !add)}
    ${atLeast('staff') ? html`<a class="bottom-add" href="/events/new" aria-label=${t('nav.new_event')} aria-current=${add ? 'page' : null}><${Icon} name="plus" /></a>` : null}
    ${link(four[2], isHere('/calendar', path))}
    ${link({ href: '/more', icon: 'menu-2', label: t('nav.more') }, more)}
  </nav>`;
}

/** @param {{where: string}} props */
export function Language({ where }) {
  const id = `language-${where}`;
  return html`<div class="language">
    <${Icon} name="language" />
    <label class="sr-only" for=${id}>${t('nav.language')}</label>
    <select id=${id} value=${locale.value} onChange=${(/** @type {any} */ e) => chooseLanguage(e.target.value)}>
      ${LOCALES.map((l) => html`<option key=${l.code} value=${l.code} lang=${l.code} selected=${l.code === locale.value}>${l.name}</option>`)}
    </select>
    <${Icon} name="chevron-down" />
  </div>`;
}

export function Theme() {
  const dark = theme.value === 'dark';
  return html`<${IconButton} icon=${dark ? 'sun' : 'moon'} label=${t(dark ? 'theme.to_light' : 'theme.to_dark')} onClick=${toggleTheme} />`;
}

export function Connection() {
  const looks = { live: 'tone-good', connecting: 'tone-quiet', lost: 'tone-warn' };
  return html`<p class=${`connection ${looks[connection.value]}`} role="status"><span class="dot"></span>${t(`connection.${connection.value}`)}</p>`;
}

/** Says that what is on the screen was kept on this device. */
function KeptNote() {
  if (!keptSince.value) return null;
  return html`<p class="banner tone-warn offline" role="status"><${Icon} name="wifi-off" /><span>${t('offline.note', { time: moment(keptSince.value, viewerZone.value, intl(), new Date()) })}</span></p>`;
}

function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.value.map(
      (one) => html`<div class=${one.bad ? 'toast tone-bad' : 'toast'} key=${one.id}>
      <${Icon} name=${one.bad ? 'alert-circle' : 'check'} /><p>${one.text}</p>
      ${
        one.action &&
        html`<button type="button" class="toast-action" onClick=${() => {
          dropToast(one.id);
          one.action?.run();
        }}>${one.action.label}</button>`
      }
    </div>`,
    )}
  </div>`;
}
