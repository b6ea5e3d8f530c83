// One reminder: how it stands, what it says, to whom it goes, and what came of each message.
import { useRef, useState } from 'preact/hooks';
import { ChannelResults } from '../components/channel-results.js';
import { ChannelNotes } from '../components/channels.js';
import { DeliveryTable } from '../components/delivery-rows.js';
import { Folded } from '../components/folded.js';
import { useFresh } from '../components/fresh-reminders.js';
import { Icon } from '../components/icon.js';
import { MessagePreview } from '../components/message-preview.js';
import { PageHead } from '../components/page.js';
import { Prose } from '../components/prose.js';
import { useReminderActions } from '../components/reminder-actions.js';
import { ReminderBanner } from '../components/reminder-banner.js';
import { ReminderHistory } from '../components/reminder-history.js';
import { useReminderPreview } from '../components/reminder-preview.js';
import { originWords, ReminderTimes } from '../components/reminder-times.js';
import { Failure, Skeleton } from '../components/states.js';
import { variableWords } from '../components/variable-words.js';
import { messagesOf, reminderNamed } from '../data/reminders.js';
import { moment, parse, sameClock, zoneName } from '../lib/dates.js';
import { newsEvery } from '../lib/deliveries.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { usePoll } from '../lib/poll.js';
import { useChanges, useQuery } from '../lib/query.js';
import { readable } from '../lib/reminder-form.js';
import { mayChange } from '../lib/reminders.js';
import { go } from '../lib/router.js';
import { atLeast, minute, user, viewerZone, zoneOf } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';

/** @type {import('../lib/errors.js').Problem} */
const MISSING = { kind: 'missing', message: '', fields: {} };

/** @param {string} id */
async function readAll(id) {
  const [reminder, deliveries] = await Promise.all([reminderNamed(id), messagesOf(id)]);
  return { reminder, deliveries };
}

/** @param {{params: {id: string}}} props */
export default function Reminder({ params }) {
  return html`<${Loaded} key=${params.id} id=${params.id} />`;
}

/** @param {{id: string}} props */
function Loaded({ id }) {
  minute.value; // it becomes overdue as time passes
  const [gone, setGone] = useState(false);
  const removing = useRef(false);
  const { data, problem, reload } = useQuery(`reminder/${id}`, () => readAll(id), {
    live: ['reminders', 'events'],
    when: (collection, action, record, known) =>
      collection === 'events' ? record.id === known?.reminder.event : record.id === id && action !== 'delete',
  });
  useChanges(['reminders'], (_collection, action, record) => {
    if (action === 'delete' && record.id === id && !removing.current) setGone(true);
  });
  useFresh(data?.reminder.expand?.event, (record) => record.id === id);
  // Deliveries are written without telling anybody: while some are under way the page looks for itself.
  usePoll(reload, data ? newsEvery([data.reminder], data.deliveries, new Date()) : 0);
  const actions = useReminderActions(() => {
    if (!removing.current) reload();
  });
  const remove = async (/** @type {any} */ reminder) => {
    removing.current = reminder.origin !== 'plan'; // a planned one stays, as cancelled
    const done = await actions.remove(reminder);
    if (done && removing.current) go(`/events/${reminder.event}/reminders`, { replace: true });
    else removing.current = false;
    return done;
  };
  const list = data
    ? { href: `/events/${data.reminder.event}/reminders`, label: t('reminders.title') }
    : { href: '/events', label: t('nav.events') };
  if (gone || problem?.kind === 'missing' || (problem && !data)) {
    return html`<div class="page"><${Failure} heading problem=${problem ?? MISSING} retry=${reload} missing=${{ title: t('reminders.gone'), ...list }} /></div>`;
  }
  return data ? html`<${Page} ...${data} actions=${{ ...actions, remove }} />` : html`<${Waiting} />`;
}

/** @param {{reminder: any, deliveries: any[], actions: import('../components/reminder-card.js').Actions}} props */
function Page({ reminder, deliveries, actions }) {
  const event = reminder.expand?.event;
  const zone = zoneOf(event);
  const may = mayChange(user.value, event);
  const ahead = reminder.status === 'pending';
  const shown = useReminderPreview(may && ahead ? { id: reminder.id } : null, `${reminder.updated} ${event?.updated}`);
  const head = html`<span class="with-icon"><${Icon} name=${typeIcon(reminder.reminder_type)} />${t(`reminder.${reminder.reminder_type}`)}</span>`;
  return html`<div class="page reminder-page">
    <${PageHead} title=${reminder.title} over=${head} back=${{ href: `/events/${reminder.event}`, label: event?.title ?? t('nav.events') }} />
    ${(ahead || reminder.status === 'sending') && html`<${ChannelNotes} />`}
    <${ReminderBanner} reminder=${reminder} deliveries=${deliveries} event=${event} may=${may} actions=${actions} />
    <div class="reminder-columns">
      <div class="reminder-main">
        <section class="card" aria-labelledby="deliveries-title">
          <h2 class="rem-card-title" id="deliveries-title">${t('reminders.recipients')}</h2>
          <${DeliveryTable} reminder=${reminder} deliveries=${deliveries} zone=${zone} event=${event} preview=${shown.preview} />
        </section>
        <section class="card">${may && ahead ? html`<${MessagePreview} shown=${shown} chosen=${reminder.channels ?? []} fold />` : html`<${Words} reminder=${reminder} />`}</section>
      </div>
      <div class="reminder-aside">
        <${Facts} reminder=${reminder} deliveries=${deliveries} event=${event} zone=${zone} />
        ${atLeast('staff') && html`<${ReminderHistory} reminder=${reminder} zone=${zone} />`}
      </div>
    </div>
  </div>`;
}

/** @param {{reminder: any}} props */
function Words({ reminder }) {
  return html`<h2 class="rem-card-title">${t('reminders.message')}</h2>
    <div class="rem-words-body" dir="auto"><${Folded}>${reminder.message ? html`<${Prose} source=${readable(reminder.message, variableWords)} />` : html`<p class="muted">${t('reminders.no_message')}</p>`}<//></div>`;
}

/** @param {{reminder: any, deliveries: any[], event: any, zone: string}} props */
function Facts({ reminder, deliveries, event, zone }) {
  const start = parse(event?.planned_start_date);
  const plan = reminder.expand?.plan_step?.expand?.plan?.name;
  const from = [...originWords(reminder), ...(plan ? [plan] : [])].join(t('reminders.comma'));
  return html`<section class="card rem-side-card" aria-label=${t('reminders.facts')}>
    <${ReminderTimes} reminder=${reminder} deliveries=${deliveries} zone=${zone} />
    <p class="rem-line-fact"><${Icon} name="timeline" /><span>${from}${reminder.expand?.created_by?.name && reminder.origin !== 'plan' && ` · ${reminder.expand.created_by.name}`}</span></p>
    <${ChannelResults} reminder=${reminder} deliveries=${deliveries} />
    <hr />
    <p class="rem-line-fact"><${Icon} name="calendar-event" /><span><a href=${`/events/${reminder.event}`}>${event?.title ?? t('nav.events')}</a>
      ${event?.expand?.customer?.name && html`<span class="muted rem-block">${event.expand.customer.name}</span>`}
      ${start && html`<span class="muted rem-block">${moment(start, zone, intl(), new Date())}${!sameClock(zone, viewerZone.value, start) && ` (${zoneName(zone, start, intl())})`}</span>`}</span></p>
    <p class="rem-line-fact"><${Icon} name="list-details" /><a href=${`/events/${reminder.event}/reminders`}>${t('reminders.all_of_event')}</a></p>
  </section>`;
}

function Waiting() {
  return html`<div class="page reminder-page" aria-busy="true">
    <span class="sr-only">${t('state.loading')}</span>
    <header class="page-head rem-waiting"><${Skeleton} kind="short" /><${Skeleton} kind="heading" /></header>
    <div class="banner rem-standing-banner rem-waiting"><${Skeleton} kind="long" /></div>
    <div class="reminder-columns"><div class="reminder-main"><${Skeleton} kind="block" /><${Skeleton} kind="block" /></div><div class="reminder-aside"><${Skeleton} kind="block" /></div></div>
  </div>`;
}
