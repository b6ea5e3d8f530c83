// The visits of a customer, ahead and behind.

import { listEvents } from '../data/events.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { setQuery } from '../lib/router.js';
import { atLeast } from '../lib/state.js';
import { Choice, LinkButton } from './button.js';
import { EventTable } from './event-table.js';
import { Pager, pageIn, useLastPage } from './pager.js';
import { Empty, Failure, SkeletonRows } from './states.js';

const PER_PAGE = 10;
/** As wide as the number that will stand there. */
const BLANK = '\u2007';
const HOUR = 3600_000;

/** @param {{customer: any, query: Record<string, string>}} props */
export function CustomerEvents({ customer, query }) {
  const past = query.visits === 'past';
  const page = pageIn(query);
  const coming = useVisits(customer.id, false, past ? 1 : page);
  const gone = useVisits(customer.id, true, past ? page : 1);
  const options = [
    { value: '', label: t('people.visits.coming'), count: coming.data?.totalItems ?? BLANK },
    { value: 'past', label: t('people.visits.past'), count: gone.data?.totalItems ?? BLANK },
  ];
  return html`<section aria-labelledby="visits">
    <div class="people-head">
      <h2 id="visits">${t('nav.events')}</h2>
      <${Choice} label=${t('nav.events')} value=${past ? 'past' : ''} options=${options} onChange=${(/** @type {string} */ visits) => setQuery({ visits, page: '' })} />
    </div>
    <${List} visits=${past ? gone : coming} past=${past} page=${page} customer=${customer} />
  </section>`;
}

/** @param {string} customer @param {boolean} past @param {number} page */
function useVisits(customer, past, page) {
  const load = (/** @type {AbortSignal} */ signal) => {
    // By the hour, so that a page and the next one are parts of the same list.
    const now = new Date(Math.floor(Date.now() / HOUR) * HOUR);
    const bounds = past ? { to: now } : { from: now };
    return listEvents(
      { customer, ...bounds },
      { sort: `${past ? '-' : ''}planned_start_date`, page, perPage: PER_PAGE, now: new Date(), signal },
    );
  };
  return useQuery(`customer-events/${customer}/${past}/${page}`, load, {
    live: ['events', 'reminders'],
    wait: 700,
    sticky: true,
    when: (collection, _action, record, data) =>
      collection === 'events' ? record.customer === customer || known(data, record.id) : known(data, record.event),
  });
}

/** @param {any} data @param {string} id */
const known = (data, id) => data?.items.some((/** @type {any} */ e) => e.id === id) ?? true;

/** @param {{visits: import('../lib/query.js').Query, past: boolean, page: number, customer: any}} props */
function List({ visits, past, page, customer }) {
  const { data, problem, reload } = visits;
  const beyond = useLastPage(data, PER_PAGE);
  if (problem && (!data || beyond)) return html`<div class="card"><${Failure} problem=${problem} retry=${reload} /></div>`;
  if (!data || beyond) return html`<${SkeletonRows} count=${4} />`;
  if (data.items.length === 0) {
    return html`<div class="card"><${Empty} icon="calendar-event" title=${t(past ? 'people.visits.none_past' : 'people.visits.none_coming')}>
      ${!past && customer.active && atLeast('staff') && html`<${LinkButton} href=${`/events/new?customer=${customer.id}`} icon="calendar-plus">${t('people.customer.new_event')}<//>`}
    <//></div>`;
  }
  // Whose visits they are stands above: the rows need not say it again.
  const events = data.items.map((/** @type {any} */ e) => ({ ...e, expand: { ...e.expand, customer: undefined } }));
  return html`<${EventTable} events=${events} />
    <${Pager} page=${page} perPage=${PER_PAGE} total=${data.totalItems} />`;
}
