// The messages that were kept instead of sent: the list, and the one that is read.
import { h } from '../lib/dom.js';
import { day, daysBetween, longDay, parse, time } from '../lib/dates.js';
import { has, intl, t } from '../lib/i18n.js';
import { explain } from '../lib/errors.js';
import { later } from '../lib/later.js';
import { typeIcon } from '../lib/status.js';
import * as api from '../lib/api.js';
import * as prefs from '../lib/prefs.js';
import { app, redraw, viewerZone } from '../app.js';
import { face } from '../components/shell.js';
import { icon } from '../components/icon.js';
import { mailView } from '../components/mail-view.js';
import { failure, skeletonRows, state } from '../components/states.js';

const POLL = 5000;
const CHANNELS = ['email', 'sms', 'wechat'];

/** @type {any[]} */
let items = [];

/** @returns {import('../app.js').Page} */
export default function sandbox() {
  const chosen = app.route.query.get('message') ?? '';
  let channel = app.route.query.get('channel') ?? '';
  let loading = items.length === 0;
  let formatted = prefs.get('mail') !== 'text';
  /** @type {import('../lib/errors.js').Problem | null} */
  let problem = null;
  /** @type {Set<string> | null} */
  let seen = items.length > 0 ? new Set(items.map((i) => i.id)) : null;
  const loadSoon = later(load, 800);
  const polling = setInterval(() => { if (!document.hidden) loadSoon(); }, POLL);
  const wide = matchMedia('(min-width: 1024px)');
  wide.addEventListener('change', redraw);
  load();

  async function load() {
    try {
      items = await api.sandbox(100);
      seen ??= new Set(items.map((i) => i.id));
      problem = null;
    } catch (error) {
      const p = explain(error);
      if (p.kind === 'aborted') return;
      if (p.kind === 'forbidden') {
        app.sandboxRefused = true;
        clearInterval(polling);
        items = [];
      }
      if (items.length === 0) problem = p;
    }
    loading = false;
    redraw();
  }

  const shown = () => (channel ? items.filter((i) => i.channel === channel) : items);

  /** The one that is read; beside the list there is always one. */
  function reading() {
    return items.find((i) => i.id === chosen) ?? (wide.matches ? shown()[0] : undefined);
  }

  /** @param {string} id */
  function address(id) {
    const query = new URLSearchParams();
    if (channel) query.set('channel', channel);
    if (id) query.set('message', id);
    return query.size ? '/sandbox?' + query : '/sandbox';
  }

  function filters() {
    return h('div', { class: 'chips', role: 'group', 'aria-label': t('sandbox.filter') },
      ['', ...CHANNELS].map((name) => h('button', {
        type: 'button', class: 'chip', key: 'chip-' + name, 'aria-pressed': channel === name ? 'true' : 'false',
        on: { click: () => { channel = name; history.replaceState(history.state, '', address(chosen)); redraw(); } },
      }, name && icon(typeIcon(name)), t(name ? 'channel.' + name : 'sandbox.all'))));
  }

  /** @param {any} item @param {any} read @param {Date} now */
  function row(item, read, now) {
    const at = parse(item.kept_at) ?? now;
    const zone = viewerZone();
    const today = daysBetween(at, now, zone) === 0;
    const isNew = seen !== null && !seen.has(item.id);
    return h('li', { key: item.id, class: isNew ? 'fresh' : '' },
      h('a', {
        class: 'letter', href: address(item.id), 'aria-current': read?.id === item.id ? 'true' : null,
        on: { click: () => seen?.add(item.id) },
      },
      face({ name: item.to?.name || item.to?.address || '' }),
      h('span', { class: 'letter-body' },
        h('span', { class: 'letter-top' },
          h('span', { class: 'letter-to' }, item.to?.name || item.to?.address),
          h('time', { datetime: at.toISOString() }, today ? time(at, zone, intl()) : day(at, zone, intl(), now))),
        h('span', { class: 'letter-subject' }, icon(typeIcon(item.channel)), h('span', { class: 'clip' }, item.subject || item.text.split('\n')[0])))));
  }

  /** @param {any} item */
  function message(item) {
    const at = parse(item.kept_at) ?? new Date();
    const kind = 'kind.' + item.kind;
    return h('article', { class: 'card message', key: 'message-' + item.id, 'aria-labelledby': 'subject' },
      h('a', { class: 'back message-back', href: address('') }, icon('arrow-left'), t('sandbox.title')),
      h('header', { class: 'message-head' },
        h('h2', { id: 'subject', lang: item.locale || null }, item.subject || t('channel.' + item.channel)),
        h('dl', { class: 'message-facts' },
          h('dt', null, t('sandbox.to')), h('dd', null, item.to?.name, ' ', h('span', { class: 'muted' }, item.to?.address)),
          h('dt', null, t('sandbox.by')), h('dd', null, h('span', { class: 'with-icon' }, icon(typeIcon(item.channel)), t('channel.' + item.channel)), has(kind) && h('span', { class: 'muted' }, ` · ${t(kind)}`)),
          h('dt', null, t('sandbox.kept_at')), h('dd', null, `${longDay(at, viewerZone(), intl())} ${time(at, viewerZone(), intl(), true)}`)),
        h('p', { class: 'kept-line' }, icon('inbox'), h('span', null, t('sandbox.kept'))),
        item.html && h('div', { class: 'segments', role: 'group', 'aria-label': t('sandbox.view') },
          segment(t('sandbox.formatted'), formatted, () => show(true)),
          segment(t('sandbox.text'), !formatted, () => show(false)))),
      item.html && formatted ? mailView(item) : h('div', { class: 'message-text ' + item.channel, key: 'text', lang: item.locale || null }, item.text));
  }

  /** @param {boolean} as formatted or plain */
  function show(as) {
    formatted = as;
    prefs.set('mail', as ? null : 'text');
    redraw();
  }

  function body() {
    if (problem) {
      return problem.kind === 'forbidden' ? state({ icon: 'shield-check', title: t('sandbox.refused'), text: t('sandbox.refused_text') }, h('a', { class: 'button', href: '/' }, t('nav.to_events')))
        : failure(problem, load);
    }
    if (loading) return skeletonRows(6, 'letter');
    if (items.length === 0) return state({ icon: 'inbox', title: t('sandbox.empty'), text: t('sandbox.empty_text') });
    const read = reading();
    const now = new Date();
    const list = shown();
    return h('div', { class: `mailbox ${read && chosen ? 'is-reading' : ''}`.trim() },
      h('div', { class: 'mailbox-list' },
        filters(),
        list.length > 0 ? h('ul', { class: 'card letters', 'aria-label': t('sandbox.title') }, list.map((i) => row(i, read, now)))
          : h('div', { class: 'card' }, state({ icon: 'inbox', title: t('sandbox.none_of_channel') }))),
      h('div', { class: 'mailbox-message' }, read && message(read)));
  }

  return {
    title: () => t('sandbox.title'),
    view: () => h('div', { class: `page sandbox ${chosen && reading() ? 'is-reading' : ''}`.trim(), key: 'sandbox' },
      h('header', { class: 'page-head' },
        h('h1', { tabindex: '-1' }, t('sandbox.title')),
        h('p', { class: 'muted' }, t('sandbox.intro'))),
      body()),
    changed: (collection) => { if (collection === 'reminders') loadSoon(); },
    reload: load,
    close: () => {
      clearInterval(polling);
      loadSoon.cancel();
      wide.removeEventListener('change', redraw);
    },
  };
}

/** @param {string} label @param {boolean} on @param {() => void} click */
function segment(label, on, click) {
  return h('button', { type: 'button', class: 'segment', 'aria-pressed': on ? 'true' : 'false', on: { click } }, label);
}
