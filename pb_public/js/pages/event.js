// One event: its facts, its reminders on a line, live, and its history.
import { useEffect, useRef, useState } from 'preact/hooks';
import { EventBadge } from '../components/badge.js';
import { ChannelNotes } from '../components/channels.js';
import { EventActions } from '../components/event-actions.js';
import { Facts } from '../components/facts.js';
import { useFresh } from '../components/fresh-reminders.js';
import { History } from '../components/history.js';
import { Icon } from '../components/icon.js';
import { PageHead } from '../components/page.js';
import { useReminderActions } from '../components/reminder-actions.js';
import { Failure, Skeleton } from '../components/states.js';
import { Timeline } from '../components/timeline.js';
import { When } from '../components/when.js';
import { readWhole } from '../data/event.js';
import { parse } from '../lib/dates.js';
import { newsEvery } from '../lib/deliveries.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { usePoll } from '../lib/poll.js';
import { useChanges, useQuery } from '../lib/query.js';
import { zoneOf } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';

/** @type {import('../lib/errors.js').Problem} */
const GONE = { kind: 'missing', message: '', fields: {} };

/** @param {{params: {id: string}}} props */
export default function EventPage({ params }) {
  return html`<${One} key=${params.id} id=${params.id} />`;
}

/** @param {{id: string}} props */
function One({ id }) {
  const { data, problem, reload, set } = useWhole(id);
  const latest = useRef(data);
  latest.current = data;
  // An undo may come later, when more has changed than the event.
  const changed = (/** @type {any} */ event) => set({ ...latest.current, event });
  const actions = useReminderActions(reload);
  const fresh = useFresh(data?.event, (reminder) => reminder.event === id);
  usePoll(reload, data ? newsEvery(data.reminders, data.deliveries, new Date()) : 0);
  useJump(data !== undefined);
  if (problem && (problem.kind === 'missing' || !data)) {
    const missing = { title: t('event.gone'), text: t('event.gone_text'), href: '/events', label: t('nav.events') };
    return html`<div class="page"><${Failure} heading problem=${problem} retry=${reload} missing=${missing} /></div>`;
  }
  if (!data) return html`<${Waiting} />`;
  const { event, reminders, deliveries } = data;
  return html`<div class="page event-page">
    <${Head} event=${event}>
      <${EventActions} event=${event} reminders=${reminders} deliveries=${deliveries} changed=${changed} />
    <//>
    <${ChannelNotes} />
    <div class="event-columns">
      <${Facts} event=${event} />
      <div class="event-main">
        <${Timeline} event=${event} reminders=${reminders} deliveries=${deliveries} fresh=${fresh} actions=${actions} />
        <${History} event=${event} reminders=${reminders} />
      </div>
    </div>
  </div>`;
}

/** The event with all that the page shows of it, live until it is deleted. @param {string} id @returns {import('../lib/query.js').Query} */
function useWhole(id) {
  const [deleted, setDeleted] = useState(false);
  useChanges(['events'], (_collection, action, record) => {
    if (action === 'delete' && record.id === id) setDeleted(true);
  });
  const query = useQuery(deleted ? null : `event/${id}`, (signal) => readWhole(id, signal), {
    live: ['events', 'reminders'],
    wait: 150,
    when: (collection, _action, record) => (collection === 'events' ? record.id : record.event) === id,
  });
  return deleted ? { ...query, problem: GONE } : query;
}

/** @param {{event: any, children?: any}} props */
function Head({ event, children }) {
  const start = parse(event.planned_start_date);
  const over = html`${event.event_number}<span class="overline-type"><${Icon} name=${typeIcon(event.event_type)} />${t(`type.${event.event_type || 'other'}`)}</span>`;
  const sub = html`<span class="event-standing"><${EventBadge} event=${event} />${start && html`<span><${When} at=${start} zone=${zoneOf(event)} /></span>`}</span>`;
  return html`<${PageHead} back=${{ href: '/events', label: t('nav.events') }} over=${over} title=${html`<span dir="auto">${event.title}</span>`} name=${event.title} sub=${sub}>${children}<//>`;
}

/** Shows the reminder that the address names, once it is there. @param {boolean} ready */
function useJump(ready) {
  const done = useRef(false);
  useEffect(() => {
    if (!ready || done.current) return;
    done.current = true;
    const named = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    named?.scrollIntoView({ block: 'center' });
    named?.classList.add('named');
  }, [ready]);
}

/** Of the size of what will come. */
function Waiting() {
  return html`<div class="page event-page" aria-busy="true">
    <span class="sr-only">${t('state.loading')}</span>
    <header class="page-head waiting-head"><${Skeleton} kind="short" /><${Skeleton} kind="heading" /><${Skeleton} kind="pill" /></header>
    <div class="event-columns">
      <div class="card fact-sheet waiting-facts">${[1, 2, 3, 4].map((n) => html`<span key=${n}><${Skeleton} kind="short" /><${Skeleton} kind="wide" /></span>`)}</div>
      <div class="event-main waiting-flow">${[1, 2, 3].map((n) => html`<${Skeleton} key=${n} kind="block" />`)}</div>
    </div>
  </div>`;
}
