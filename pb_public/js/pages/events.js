// All events: searched, narrowed, sorted and paged by the server; what is chosen stands in the address.
import { useEffect, useState } from 'preact/hooks';
import { Button, Choice, LinkButton } from '../components/button.js';
import { ChannelNotes } from '../components/channels.js';
import { EventTable } from '../components/event-table.js';
import { PageHead } from '../components/page.js';
import { Pager, pageIn, useLastPage } from '../components/pager.js';
import { SearchBox } from '../components/search-box.js';
import { Empty, Failure, SkeletonRows } from '../components/states.js';
import { listEvents, STATUSES, TYPES } from '../data/events.js';
import { asked, meant, WHENS } from '../lib/event-list.js';
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { setQuery } from '../lib/router.js';
import { atLeast, viewerZone } from '../lib/state.js';

const PER_PAGE = 20;
const HOUR = 3600_000;

/** @param {{query: Record<string, string>}} props */
export default function Events({ query: address }) {
  const query = meant(address, STATUSES, TYPES);
  const { narrowing, when, sort } = asked(query, viewerZone.value);
  const page = pageIn(query);
  const events = useQuery(
    `events/${JSON.stringify({ narrowing, when, sort, page })}`,
    (signal) => listEvents(bounded(narrowing, when), { sort, page, perPage: PER_PAGE, now: new Date(), signal }),
    { live: ['events', 'reminders'], wait: 700, sticky: true, when: concerns },
  );
  const { data } = events;
  const beyond = useLastPage(data, PER_PAGE);
  const narrowed = Object.values(narrowing).some(Boolean) || when !== 'coming';
  return html`<div class="page events">
    <${PageHead} title=${t('nav.events')} sub=${data ? t('events.count', { n: data.totalItems, count: number(data.totalItems) }) : '\u00a0'} />
    <${ChannelNotes} />
    <${Toolbar} query=${query} when=${when} busy=${events.loading && data !== undefined} />
    ${list()}
  </div>`;

  function list() {
    if (events.problem && (!data || beyond)) return html`<${Failure} problem=${events.problem} retry=${events.reload} />`;
    if (!data || beyond) return html`<${SkeletonRows} count=${8} />`;
    if (data.items.length === 0) return html`<div class="card"><${Nothing} narrowed=${narrowed} q=${narrowing.q} /></div>`;
    return html`<${EventTable} events=${data.items} sort=${sort} onSort=${(/** @type {string} */ to) => setQuery({ sort: to, page: '' })} />
      <${Pager} page=${page} perPage=${PER_PAGE} total=${data.totalItems} top />`;
  }
}

/** @param {import('../data/events.js').Narrowing} n @param {string} when */
function bounded(n, when) {
  // By the hour, so that a page and the next one are parts of the same list.
  const now = new Date(Math.floor(Date.now() / HOUR) * HOUR);
  if (when === 'coming') return { ...n, from: n.from && n.from > now ? n.from : now };
  if (when === 'past') return { ...n, to: n.to && n.to < now ? n.to : now };
  return n;
}

/** A reminder that is not on the screen changes nothing on it. @param {string} collection @param {string} _action @param {any} record @param {any} data */
function concerns(collection, _action, record, data) {
  return collection === 'events' || !data || data.items.some((/** @type {any} */ e) => e.id === record.event);
}

/** @param {{narrowed: boolean, q: string}} props */
function Nothing({ narrowed, q }) {
  if (q)
    return html`<${Empty} icon="search" title=${t('events.nothing_found', { q })} text=${t('events.nothing_found_text')}><${LinkButton} href="/events">${t('events.show_all')}<//><//>`;
  if (narrowed)
    return html`<${Empty} icon="filter" title=${t('events.none_here')}><${LinkButton} href="/events">${t('events.show_all')}<//><//>`;
  return html`<${Empty} icon="calendar-event" title=${t('events.none_coming')} text=${t('events.none_coming_text')}>
    ${atLeast('staff') && html`<${LinkButton} href="/events/new" icon="plus" primary>${t('nav.new_event')}<//>`}
    <${LinkButton} href="/events?when=all">${t('events.show_past')}<//>
  <//>`;
}

/** @param {{query: Record<string, string>, when: string, busy: boolean}} props */
function Toolbar({ query, when, busy }) {
  const extra = ['type', 'person', 'customer', 'from', 'to'].filter((name) => query[name]).length;
  const [open, setOpen] = useState(extra > 0);
  const [More, setMore] = useState(/** @type {any} */ (null));
  useEffect(() => {
    if (open && !More) import('../components/event-filters.js').then((module) => setMore(() => module.EventFilters));
  }, [open]);
  return html`<div class="toolbar">
      <${SearchBox} q=${query.q ?? ''} label=${t('events.search')} busy=${busy} />
      <${Choice} label=${t('events.when')} value=${when} onChange=${(/** @type {string} */ to) => setQuery({ when: to, sort: '', page: '' })}
        options=${WHENS.map((value) => ({ value, label: t(`events.when.${value}`) }))} />
      <${Button} icon="filter" onClick=${() => setOpen(!open)}>${extra ? t('events.filters_n', { n: extra }) : t('events.filters')}<//>
    </div>
    ${open && More && html`<${More} query=${query} />`}
    <div class="status-chips"><${Choice} chips label=${t('events.status')} value=${query.status ?? ''} onChange=${(/** @type {string} */ to) => setQuery({ status: to, page: '' })}
      options=${['', ...STATUSES].map((value) => ({ value, label: t(value ? `event.${value}` : 'events.all') }))} /></div>`;
}
