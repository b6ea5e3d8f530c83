// The calendar: month, week or agenda. What is shown stands in the address; moving an event asks first.

import { Button, Choice, IconButton } from '../components/button.js';
import { Agenda } from '../components/calendar-agenda.js';
import { CalendarGrid } from '../components/calendar-grid.js';
import { MonthDots } from '../components/calendar-month.js';
import { Icon } from '../components/icon.js';
import { PageHead } from '../components/page.js';
import { Failure, SkeletonRows } from '../components/states.js';
import { usePhone } from '../components/use-phone.js';
import { useReschedule } from '../components/use-reschedule.js';
import { eventsIn, listPeople } from '../data/calendar.js';
import { concerns, instants, isDay, isOpen, plusDays, spanOf, step, VIEWS } from '../lib/calendar.js';
import { dayKey, fullDay, instantOf } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import * as prefs from '../lib/prefs.js';
import { useQuery } from '../lib/query.js';
import { mayChange, merge } from '../lib/reminders.js';
import { setQuery } from '../lib/router.js';
import { minute, user, viewerZone } from '../lib/state.js';

/** @typedef {import('../lib/calendar.js').View} View */

const ICONS = { agenda: 'list-details', week: 'calendar-week', month: 'calendar-month' };

/** @param {Record<string, string>} query @param {boolean} phone @param {string} today */
function read(query, phone, today) {
  const known = (/** @type {any} */ name) => VIEWS.find((v) => v === name);
  const view = known(query.view) ?? known(prefs.get('calendar')) ?? (phone ? 'agenda' : 'week');
  return { view, day: isDay(query.date) ? query.date : today };
}

/** @typedef {{id: string, name: string}[]} People */

/** Whose events the address asks for: '' are everyone's, and so are those of nobody known. @param {string | undefined} who @param {People | undefined} people */
function whose(who, people) {
  if (who === user.value?.id) return 'mine';
  return who === 'mine' || !people || people.some((p) => p.id === who) ? (who ?? '') : '';
}

/** @param {string} who */
const personOf = (who) => (who === 'mine' ? user.value?.id : who) || undefined;

/** @param {any} event */
const movable = (event) => isOpen(event) && mayChange(user.value, event);

/** The events of a span; while those of another are fetched, the former ones. @param {import('../lib/calendar.js').Span} span @param {string} zone @param {string | undefined} person */
function useEvents(span, zone, person) {
  return useQuery(
    `calendar/${span.from}/${span.to}/${zone}/${person ?? ''}`,
    async (signal) => ({ span, items: await eventsIn(instants(span, zone), { person, signal }) }),
    {
      live: ['events'],
      wait: 400,
      sticky: true,
      when: (_collection, _action, record, data) => concerns(record, span, zone, data?.items ?? []),
    },
  );
}

/** @param {{query: Record<string, string>}} props */
export default function Calendar({ query }) {
  const phone = usePhone();
  const zone = viewerZone.value;
  minute.value; // today becomes tomorrow
  const today = dayKey(new Date(), zone);
  const { view, day } = read(query, phone, today);
  const { data: people } = useQuery('calendar/people', listPeople);
  const who = whose(query.who, people);
  const span = spanOf(view, day);
  const events = useEvents(span, zone, personOf(who));
  const moved = (/** @type {any} */ event) => {
    if (events.data) events.set({ ...events.data, items: merge(events.data.items, 'update', event) });
  };
  const { dialog, ask } = useReschedule(moved);
  return html`<div class="page calendar">
    <${PageHead} title=${t('nav.calendar')}><${Whose} who=${who} people=${people} /><//>
    <${Bar} view=${view} day=${day} today=${today} span=${span} zone=${zone} busy=${events.loading && events.data !== undefined} />
    ${body()}
    ${dialog}
  </div>`;

  function body() {
    const items = events.data?.items ?? [];
    const loaded = events.data?.span.from === span.from && events.data?.span.to === span.to;
    if (events.problem && !loaded) return html`<${Failure} problem=${events.problem} retry=${events.reload} />`;
    const parts = { events: items, zone, movable, onMove: ask };
    if (view === 'agenda') return loaded ? html`<${Agenda} ...${parts} span=${span} />` : html`<${SkeletonRows} count=${8} kind="line" />`;
    if (view === 'month' && phone) {
      return html`<${MonthDots} day=${day} events=${items} zone=${zone} onDay=${(/** @type {string} */ to) => setQuery({ date: to === today ? '' : to })} />
        ${loaded ? html`<${Agenda} ...${parts} span=${{ from: day, to: plusDays(day, 1) }} single />` : html`<${SkeletonRows} count=${2} kind="line" />`}`;
    }
    return html`<${CalendarGrid} ...${parts} view=${view} day=${day} loaded=${loaded} phone=${phone} label=${titleOf(view, day, span, zone)} />`;
  }
}

/** "November 2026", "23 – 29 November 2026". @param {View} view @param {string} day @param {import('../lib/calendar.js').Span} span @param {string} zone */
function titleOf(view, day, span, zone) {
  const noon = (/** @type {string} */ one) => instantOf(`${one}T12:00`, zone) ?? new Date();
  if (view === 'month') return new Intl.DateTimeFormat(intl(), { month: 'long', year: 'numeric', timeZone: zone }).format(noon(day));
  return rangeOf(noon(span.from), noon(plusDays(span.to, -1)), zone);
}

/** "23 – 29 Nov 2026". Intl has nothing but figures and slashes for a range in Chinese. @param {Date} from @param {Date} to @param {string} zone */
function rangeOf(from, to, zone) {
  const say = (/** @type {Date} */ date, /** @type {Intl.DateTimeFormatOptions} */ o) =>
    new Intl.DateTimeFormat(intl(), { timeZone: zone, ...o }).format(date);
  if (!intl().startsWith('zh')) {
    return new Intl.DateTimeFormat(intl(), { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone }).formatRange(from, to);
  }
  const [first, last] = [dayKey(from, zone), dayKey(to, zone)];
  const year = first.slice(0, 4) === last.slice(0, 4) ? undefined : 'numeric';
  const month = first.slice(0, 7) === last.slice(0, 7) ? undefined : 'long';
  return `${fullDay(from, zone, intl())} – ${say(to, { year, month, day: 'numeric' })}`;
}

/** Back and forth, and how it is shown. @param {{view: View, day: string, today: string, span: import('../lib/calendar.js').Span, zone: string, busy: boolean}} props */
function Bar({ view, day, today, span, zone, busy }) {
  const open = (/** @type {string} */ to) => setQuery({ date: to === today ? '' : to });
  const choose = (/** @type {string} */ to) => {
    prefs.set('calendar', to);
    setQuery({ view: to });
  };
  return html`<div class="calendar-bar">
    <div class="calendar-steps">
      <${Button} onClick=${() => open(today)}>${t('day.today')}<//>
      <${IconButton} icon="chevron-left" label=${t(`calendar.earlier.${view}`)} onClick=${() => open(step(view, day, -1))} />
      <${IconButton} icon="chevron-right" label=${t(`calendar.later.${view}`)} onClick=${() => open(step(view, day, 1))} />
    </div>
    <h2 class="calendar-title" aria-live="polite">${titleOf(view, day, span, zone)}</h2>
    <span class="calendar-busy" role="status">${busy && html`<${Icon} name="loader-2" spin /><span class="sr-only">${t('state.loading')}</span>`}</span>
    <${Choice} label=${t('calendar.view')} value=${view} onChange=${choose}
      options=${VIEWS.map((value) => ({ value, label: t(`calendar.view.${value}`), icon: ICONS[value] }))} />
  </div>`;
}

/** Everyone's events, one's own, or a person's. @param {{who: string, people: People | undefined}} props */
function Whose({ who, people }) {
  const others = (people ?? []).filter((p) => p.id !== user.value?.id);
  const options = [
    { value: '', label: t('calendar.everyone') },
    { value: 'mine', label: t('calendar.mine') },
    ...others.map((p) => ({ value: p.id, label: p.name })),
  ];
  const known = options.some((o) => o.value === who);
  return html`<div class="select whose">
    <select aria-label=${t('calendar.whose')} value=${known ? who : ''} onChange=${(/** @type {any} */ e) => setQuery({ who: e.target.value })}>
      ${options.map((o) => html`<option key=${o.value} value=${o.value} selected=${o.value === who}>${o.label}</option>`)}
    </select>
    <${Icon} name="chevron-down" />
  </div>`;
}
