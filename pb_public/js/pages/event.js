// One event: its facts, and the line of its reminders, live.
import { h } from '../lib/dom.js';
import { parse } from '../lib/dates.js';
import { has, list, t } from '../lib/i18n.js';
import { explain, sentence } from '../lib/errors.js';
import { inOrder, isClosed, mayChange, merge, recipients } from '../lib/reminders.js';
import { eventLook } from '../lib/status.js';
import { later } from '../lib/later.js';
import * as api from '../lib/api.js';
import { app, channelNamed, redraw, toast } from '../app.js';
import { badge } from '../components/badge.js';
import { changeWatcher } from '../components/changes.js';
import { channelNotes } from '../components/channels.js';
import { confirm } from '../components/dialog.js';
import { facts } from '../components/facts.js';
import { icon } from '../components/icon.js';
import { reminderCard } from '../components/reminder-card.js';
import { zoneOf } from '../components/event-list.js';
import { failure, skeleton, state } from '../components/states.js';

const POLL = 4000;

/** @returns {import('../app.js').Page} */
export default function eventPage() {
  const id = app.route.params.id;
  /** @type {any} */
  let event = null;
  /** @type {any[]} */
  let reminders = [];
  /** @type {any[]} */
  let deliveries = [];
  /** @type {import('../lib/errors.js').Problem | null} */
  let problem = null;
  let jumped = false;
  /** @type {Set<string>} */
  const busy = new Set();
  const changes = changeWatcher();
  const loadSoon = later(load, 150);
  // Attempts change their rows without a word of the reminder's.
  const polling = setInterval(() => {
    if (!document.hidden && reminders.some((r) => r.status === 'sending')) loadSoon();
  }, POLL);
  load();

  async function load() {
    try {
      const [e, r, d] = await Promise.all([api.event(id), api.remindersOf(id), api.deliveriesOf(id)]);
      for (const now of r) {
        const old = reminders.find((one) => one.id === now.id);
        if (old && old.status !== now.status) changed('reminders', 'update', now);
      }
      event = e;
      reminders = r;
      deliveries = d;
      problem = null;
    } catch (error) {
      const p = explain(error);
      if (p.kind === 'aborted') return;
      if (!event || p.kind === 'missing') problem = p;
    }
    redraw();
    jump();
  }

  /** Shows the reminder that the address names, once. */
  function jump() {
    if (jumped || !event) return;
    jumped = true;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: 'center' });
    }));
  }

  /** @param {string} collection @param {string} action @param {any} record */
  function changed(collection, action, record) {
    if (collection === 'events' && record.id === id) {
      if (action === 'delete') problem = { kind: 'missing', message: '', fields: {} };
      else loadSoon();
    }
    if (collection !== 'reminders' || record.event !== id) return;
    const old = reminders.find((r) => r.id === record.id);
    if (old && old.status !== record.status) {
      busy.delete(record.id);
      changes.note(record, event ?? { title: '' });
    }
    reminders = merge(reminders, action, record, true);
    loadSoon();
    redraw();
  }

  /** @param {any} reminder */
  async function send(reminder) {
    const people = recipients(reminder).map((r) => r.name).filter(Boolean);
    const used = (reminder.channels ?? []).map((/** @type {string} */ name) => t('by.' + name));
    const kept = (reminder.channels ?? []).length > 0 && reminder.channels.every((/** @type {string} */ name) => channelNamed(name)?.state === 'sandbox');
    const yes = await confirm({
      title: t('send.title'),
      text: [
        h('p', null, t('send.what', { title: reminder.title })),
        h('p', { class: 'muted' }, t('send.to', { people: people.length ? list(people) : t('reminder.nobody'), channels: list(used) })),
        kept && h('p', { class: 'kept-line' }, icon('inbox'), h('span', null, t('send.kept'))),
      ],
      action: t('action.send_now'), icon: 'send',
    });
    if (yes) ask(reminder, api.sendReminder, t(kept ? 'send.done_kept' : 'send.done'));
  }

  /** @param {any} reminder */
  function retry(reminder) {
    ask(reminder, api.retryReminder, t('retry.done'));
  }

  /** @param {any} reminder @param {(id: string) => Promise<any>} action @param {string} done */
  async function ask(reminder, action, done) {
    busy.add(reminder.id);
    redraw();
    try {
      await action(reminder.id);
      toast(done);
    } catch (error) {
      toast(sentence(explain(error), t, has), { bad: true });
    }
    busy.delete(reminder.id);
    loadSoon();
    redraw();
  }

  function line() {
    if (reminders.length === 0) return h('div', { class: 'card' }, state({ icon: 'bell', title: t('event.no_reminders'), text: t('event.no_reminders_text') }));
    const context = { event, zone: zoneOf(event), mayChange: mayChange(app.user, event), fresh: changes.fresh, busy, send, retry };
    return h('ol', { class: 'line', 'aria-label': t('event.reminders') },
      inOrder(reminders).map((r) => reminderCard(r, deliveries.filter((d) => d.reminder === r.id), context)),
      h('li', { class: 'moment end', key: 'end' },
        h('span', { class: 'sign tone-quiet' }, icon('flag')),
        h('p', { class: 'line-end' }, t('event.starts'), ' ', h('span', { class: 'muted' }, facts.when(event, parse(event.planned_start_date))))));
  }

  function note() {
    if (isClosed(event)) return h('p', { class: 'quiet-note' }, icon('info-circle'), t('event.closed_note.' + event.status));
    if (!mayChange(app.user, event)) return h('p', { class: 'quiet-note' }, icon('info-circle'), t('event.read_only'));
    return null;
  }

  function body() {
    if (problem) return problem.kind === 'missing' ? gone() : failure(problem, load, true);
    if (!event) return waiting();
    return [
      h('header', { class: 'page-head event-head', key: 'head' },
        h('div', null,
          h('p', { class: 'overline' }, event.event_number),
          h('h1', { tabindex: '-1' }, event.title)),
        badge(eventLook(event, new Date()))),
      channelNotes(),
      h('div', { class: 'columns', key: 'columns' },
        h('aside', { class: 'card facts', 'aria-label': t('event.facts') }, facts(event)),
        h('section', { 'aria-labelledby': 'reminders' },
          h('div', { class: 'group-head' }, h('h2', { class: 'group-title', id: 'reminders' }, t('event.reminders')), h('span', { class: 'count' }, reminders.length)),
          note(),
          line())),
    ];
  }

  return {
    title: () => event?.title ?? t('nav.events'),
    view: () => h('div', { class: 'page', key: 'event-' + id },
      h('a', { class: 'back', href: '/' }, icon('arrow-left'), t('nav.events')),
      body()),
    changed,
    reload: load,
    close: () => {
      clearInterval(polling);
      loadSoon.cancel();
      changes.stop();
    },
  };
}

function gone() {
  return state({ heading: true, icon: 'calendar-event', title: t('event.gone'), text: t('event.gone_text') }, h('a', { class: 'button', href: '/' }, t('nav.to_events')));
}

function waiting() {
  return h('div', { key: 'waiting', 'aria-busy': 'true' },
    h('span', { class: 'sr-only' }, t('state.loading')),
    h('header', { class: 'page-head' }, skeleton('heading')),
    h('div', { class: 'columns' },
      h('div', { class: 'card facts' }, skeleton('block')),
      h('div', { class: 'line' }, skeleton('block'), skeleton('block'), skeleton('block'))));
}
