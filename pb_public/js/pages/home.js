// The events and how their reminders stand, live.
import { h } from '../lib/dom.js';
import { endOfWeek, longDay } from '../lib/dates.js';
import { intl, t } from '../lib/i18n.js';
import { explain } from '../lib/errors.js';
import { bounds, merge } from '../lib/reminders.js';
import { later } from '../lib/later.js';
import * as api from '../lib/api.js';
import { app, redraw, viewerZone } from '../app.js';
import { channelNotes } from '../components/channels.js';
import { eventList } from '../components/event-list.js';
import { changeWatcher } from '../components/changes.js';
import { icon } from '../components/icon.js';
import { numberStrip } from '../components/strip.js';
import { failure, skeletonRows, state } from '../components/states.js';

const DAY = 24 * 3600 * 1000;
const SHOWS = ['today', 'week', 'failed'];

/** @typedef {{items: any[], more: boolean, limit: number}} List */

// Kept while one looks at an event, so that coming back shows the list at once.
/** @type {Record<string, List>} */
let lists = {};
/** @type {any} */
let numbers = null;
let shownFor = '';

/** @returns {import('../app.js').Page} */
export default function home() {
  const query = app.route.query;
  let show = SHOWS.includes(query.get('show') ?? '') ? /** @type {string} */ (query.get('show')) : '';
  let search = query.get('q') ?? '';
  /** @type {import('../lib/errors.js').Problem | null} */
  let problem = null;
  let loading = true;
  /** @type {AbortController | null} */
  let under = null;
  const changes = changeWatcher();

  const wanted = () => [app.user?.id, show, search].join('|');
  if (shownFor !== wanted()) lists = {};
  const loadSoon = later(load, 400);
  const countSoon = later(count, 700);
  load();
  count();

  /** What each list asks for. */
  function questions() {
    const now = new Date();
    const b = bounds(now, viewerZone());
    if (show === 'today') return { today: { filter: 'planned_start_date < {:b} && planned_end_date >= {:a}', params: { a: b.today, b: b.tomorrow }, sort: 'planned_start_date,id', limit: 30 } };
    if (show === 'week') return { week: { filter: 'planned_start_date < {:b} && planned_end_date >= {:a}', params: { a: b.today, b: b.nextWeek }, sort: 'planned_start_date,id', limit: 30 } };
    if (show === 'failed') {
      return { failed: {
        filter: '(reminders_via_event.status ?= "failed" || reminders_via_event.status ?= "partial") && planned_start_date >= {:a}',
        params: { a: new Date(now.getTime() - 30 * DAY) }, sort: '-planned_start_date,id', limit: 30,
      } };
    }
    return {
      coming: { filter: 'planned_end_date >= {:now}', params: { now }, sort: 'planned_start_date,id', limit: 20 },
      recent: { filter: 'planned_end_date < {:now}', params: { now }, sort: '-planned_start_date,id', limit: 10 },
    };
  }

  async function load() {
    under?.abort();
    const mine = (under = new AbortController());
    const key = wanted();
    try {
      const found = await Promise.all(Object.entries(questions()).map(async ([name, q]) => {
        const limit = lists[name]?.limit ?? q.limit;
        return [name, { ...await api.events({ ...q, limit, search, signal: mine.signal }), limit }];
      }));
      if (mine.signal.aborted) return;
      lists = Object.fromEntries(found);
      shownFor = key;
      problem = null;
    } catch (error) {
      const p = explain(error);
      if (p.kind === 'aborted') return;
      problem = p;
    }
    loading = false;
    redraw();
  }

  async function count() {
    const now = new Date();
    const b = bounds(now, viewerZone());
    const on = 'planned_start_date < {:b} && planned_end_date >= {:a} && status != "cancelled"';
    try {
      const [today, week, next, failed] = await Promise.all([
        api.countEvents(on, { a: b.today, b: b.tomorrow }),
        api.countEvents(on, { a: b.today, b: b.nextWeek }),
        api.nextDue(),
        api.countFailed(new Date(now.getTime() - 30 * DAY)),
      ]);
      numbers = { today, week, next, failed, sunday: new Date(endOfWeek(now, viewerZone()).getTime() - 1) };
      redraw();
    } catch {
      // The list says what is wrong; the numbers stay as they were.
    }
  }

  /** @param {string} q */
  function find(q) {
    search = q;
    remember();
    loadSoon();
  }

  function clear() {
    show = '';
    search = '';
    remember();
    lists = {};
    loading = true;
    load();
    redraw();
  }

  function remember() {
    const params = new URLSearchParams();
    if (show) params.set('show', show);
    if (search) params.set('q', search);
    history.replaceState(history.state, '', params.size ? '/?' + params : '/');
  }

  /** @param {string} name */
  function more(name) {
    lists[name].limit += 30;
    load();
  }

  /** @param {string} collection @param {string} action @param {any} record */
  function changed(collection, action, record) {
    if (collection === 'reminders') {
      for (const list of Object.values(lists)) {
        const owner = list.items.find((e) => e.id === record.event);
        if (!owner) continue;
        const before = (owner.expand?.reminders_via_event ?? []);
        const old = before.find((/** @type {any} */ r) => r.id === record.id);
        const after = merge(before, action, record, true);
        if (old && old.status !== record.status) {
          changes.note(record, owner);
          // What was delivered is told anew; until then the channel's state tells.
          for (const r of after) if (r.id === record.id) r.expand = undefined;
        }
        owner.expand = { ...owner.expand, reminders_via_event: after };
      }
      countSoon();
      redraw();
      return;
    }
    let moved = action !== 'update';
    for (const list of Object.values(lists)) {
      const old = list.items.find((e) => e.id === record.id);
      if (old && (old.planned_start_date !== record.planned_start_date || old.planned_end_date !== record.planned_end_date || old.customer !== record.customer)) moved = true;
      list.items = merge(list.items, action, record);
    }
    if (moved) loadSoon();
    countSoon();
    redraw();
  }

  const headings = () => ({
    coming: t('home.coming'), recent: t('home.recent'), today: t('home.today'), week: t('home.week'), failed: t('home.failed_list'),
  });

  function groups() {
    const names = /** @type {const} */ (['coming', 'recent', 'today', 'week', 'failed']);
    const shown = names.filter((name) => lists[name]?.items.length);
    if (shown.length === 0 && loading) return [h('h2', { class: 'group-title', key: 'waiting' }, t(show ? 'home.' + (show === 'failed' ? 'failed_list' : show) : 'home.coming')), skeletonRows(6, 'event')];
    if (problem && shown.length === 0) return failure(problem, load);
    if (shown.length === 0) return nothing();
    return shown.map((name) => h('section', { key: name, 'aria-labelledby': 'group-' + name },
      h('div', { class: 'group-head' },
        h('h2', { class: 'group-title', id: 'group-' + name }, headings()[name]),
        h('span', { class: 'count' }, lists[name].more ? t('home.first', { n: lists[name].items.length }) : String(lists[name].items.length))),
      eventList(lists[name].items, changes.fresh),
      lists[name].more && h('button', { type: 'button', class: 'button more', on: { click: () => more(name) } }, icon('chevron-down'), t('home.more'))));
  }

  function nothing() {
    const back = h('button', { type: 'button', class: 'button', on: { click: clear } }, t('home.show_all'));
    if (search) return state({ icon: 'search', title: t('home.nothing_found', { q: search }), text: t('home.nothing_found_text') }, back);
    if (show) return state({ icon: show === 'failed' ? 'circle-check' : 'calendar-event', title: t('home.none_' + show) }, back);
    const admin = app.user?.role === 'admin';
    return state({ icon: 'calendar-event', title: t('home.empty'), text: t(admin ? 'home.empty_admin' : 'home.empty_text') },
      admin && h('a', { class: 'button primary', href: '/_/', target: '_blank', rel: 'noopener' }, icon('world'), t('nav.dashboard')));
  }

  return {
    title: () => t('nav.events'),
    view: () => h('div', { class: 'page home', key: 'home' },
      h('header', { class: 'page-head' },
        h('h1', { tabindex: '-1' }, t('home.greeting', { name: app.user?.name ?? '' })),
        h('p', { class: 'muted' }, longDay(new Date(), viewerZone(), intl()))),
      numberStrip(numbers, show),
      channelNotes(),
      h('div', { class: 'toolbar' },
        h('div', { class: 'search', role: 'search' },
          icon('search'),
          h('input', {
            id: 'search', class: 'input', type: 'search', value: search, placeholder: t('home.search'), 'aria-label': t('home.search'), autocomplete: 'off',
            'data-controlled': true, on: { input: (/** @type {any} */ e) => find(e.target.value.trim()) },
          })),
        show && h('button', { type: 'button', class: 'button', key: 'clear', on: { click: clear } }, icon('x'), t('home.show_all'))),
      groups()),
    changed,
    reload: () => { load(); count(); },
    close: () => {
      under?.abort();
      loadSoon.cancel();
      countSoon.cancel();
      changes.stop();
    },
  };
}
