// The reminders of one event: how many stand how, and each as a card.
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '../components/button.js';
import { ChannelNotes } from '../components/channels.js';
import { useFresh } from '../components/fresh-reminders.js';
import { PageHead } from '../components/page.js';
import { useReminderActions } from '../components/reminder-actions.js';
import { ReminderCard } from '../components/reminder-card.js';
import { eventWords } from '../components/reminder-times.js';
import { Empty, Failure, Skeleton } from '../components/states.js';
import { deliveriesOf, eventOf, remindersOf } from '../data/reminders.js';
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { belongs, byReminder, SHOWS, tally } from '../lib/reminder-list.js';
import { isClosed, mayChange } from '../lib/reminders.js';
import { setQuery } from '../lib/router.js';
import { minute, user, zoneOf } from '../lib/state.js';

/** More are drawn when asked for. */
const FIRST = 40;

/** What stands in the place of a card. */
const LINES = ['long', 'short', 'wide', 'wide', 'short'];

const TONES = { total: 'quiet', pending: 'pending', sent: 'good', overdue: 'warn', failed: 'bad' };

/** @param {string} id */
async function readAll(id) {
  const [event, reminders, deliveries] = await Promise.all([eventOf(id), remindersOf(id), deliveriesOf(id)]);
  return { event, reminders, deliveries };
}

/** @param {{params: {id: string}, query: Record<string, string>}} props */
export default function Reminders({ params, query }) {
  minute.value; // a reminder becomes overdue as time passes
  const { id } = params;
  const { data, problem, reload } = useQuery(`reminders/${id}`, () => readAll(id), {
    live: ['reminders', 'events'],
    when: (collection, _action, record) => (collection === 'events' ? record.id : record.event) === id,
  });
  const fresh = useFresh(data?.event, (record) => record.event === id);
  const actions = useReminderActions(reload);
  const missing = { title: t('reminders.no_event'), href: '/events', label: t('nav.events') };
  if (problem && !data) return html`<div class="page"><${Failure} heading problem=${problem} retry=${reload} missing=${missing} /></div>`;
  const show = SHOWS.find((one) => one === query.show) ?? 'total';
  const may = mayChange(user.value, data?.event);
  const back = { href: `/events/${id}`, label: data?.event.title ?? t('nav.events') };
  return html`<div class="page reminders-page">
    <${PageHead} title=${t('reminders.title')} sub=${data ? eventWords(data.event) : '\u00a0'} back=${back}>
      ${may && !isClosed(data.event) && html`<${LinkButton} primary icon="plus" href=${`/events/${id}/reminders/new`}>${t('reminders.new')}<//>`}
    <//>
    <${ChannelNotes} />
    <${Numbers} reminders=${data?.reminders} show=${show} />
    ${data ? html`<${Cards} key=${show} data=${data} show=${show} may=${may} fresh=${fresh} actions=${actions} />` : html`<${SkeletonCards} />`}
  </div>`;
}

/** @param {{reminders: any[] | undefined, show: string}} props */
function Numbers({ reminders, show }) {
  const counts = reminders && tally(reminders, new Date());
  const all = /** @type {const} */ (['total', ...SHOWS]);
  return html`<div class="rem-numbers" role="group" aria-label=${t('reminders.numbers')}>
    ${all.map((name) => html`<${NumberCard} key=${name} name=${name} count=${counts?.[name]} pressed=${show === name} />`)}
  </div>`;
}

/** @param {{name: keyof typeof TONES, count: number | undefined, pressed: boolean}} props count: undefined while it is read */
function NumberCard({ name, count, pressed }) {
  const choose = () => setQuery({ show: name === 'total' || pressed ? '' : name });
  return html`<button type="button" class=${`rem-number tone-${count ? TONES[name] : 'quiet'}`} aria-pressed=${String(pressed)} onClick=${choose}>
    <span class="rem-number-label"><span class="dot"></span>${t(`reminders.number.${name}`)}</span>
    ${count === undefined ? html`<${Skeleton} kind="number" />` : html`<span class="rem-number-value">${number(count)}</span>`}
  </button>`;
}

/** @param {{data: {event: any, reminders: any[], deliveries: any[]}, show: string, may: boolean, fresh: Set<string>, actions: any}} props */
function Cards({ data, show, may, fresh, actions }) {
  const [most, setMost] = useState(FIRST);
  const { event, reminders, deliveries } = data;
  const now = new Date();
  const shown = reminders.filter((r) => belongs(r, show, now));
  if (shown.length === 0) {
    return html`<div class="card"><${Nothing} event=${event} show=${show} may=${may} any=${reminders.length > 0} /></div>`;
  }
  const of = byReminder(deliveries);
  const card = (/** @type {any} */ r) => html`<${ReminderCard} key=${r.id} reminder=${r} deliveries=${of.get(r.id) ?? []} event=${event}
    zone=${zoneOf(event)} may=${may} fresh=${fresh.has(r.id)} actions=${actions} />`;
  const left = shown.length - most;
  return html`<ul class="reminder-cards">${shown.slice(0, most).map(card)}</ul>
    ${left > 0 && html`<p class="rem-more-line"><${Button} onClick=${() => setMost(most + FIRST)}>${t('reminders.more', { n: left })}<//></p>`}`;
}

/** @param {{event: any, show: string, may: boolean, any: boolean}} props */
function Nothing({ event, show, may, any }) {
  if (any) {
    return html`<${Empty} icon="filter" title=${t(`reminders.none.${show}`)}><${Button} onClick=${() => setQuery({ show: '' })}>${t('reminders.show_all')}<//><//>`;
  }
  const closed = isClosed(event);
  return html`<${Empty} icon=${closed ? 'bell-off' : 'bell-plus'} title=${t('reminders.none')}
      text=${t(closed ? 'reminders.none_closed' : event.auto_reminders ? 'reminders.none_text' : 'reminders.none_manual')}>
    ${may && !closed && html`<${LinkButton} primary icon="plus" href=${`/events/${event.id}/reminders/new`}>${t('reminders.first')}<//>`}
  <//>`;
}

function SkeletonCards() {
  return html`<div class="reminder-cards" aria-busy="true">
    <span class="sr-only">${t('state.loading')}</span>
    ${[1, 2, 3, 4].map((n) => html`<div class="card reminder-card rem-waiting" key=${n}>${LINES.map((kind) => html`<${Skeleton} kind=${kind} />`)}</div>`)}
  </div>`;
}
