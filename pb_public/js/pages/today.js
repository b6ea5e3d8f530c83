// Today: what needs the reader, what is on, and what leaves next.
import { useEffect, useRef } from 'preact/hooks';
import { Attention } from '../components/attention.js';
import { Choice } from '../components/button.js';
import { ChannelNotes } from '../components/channels.js';
import { MonthChart } from '../components/chart.js';
import { DueNext } from '../components/due-next.js';
import { FirstSteps } from '../components/first-steps.js';
import { PageHead } from '../components/page.js';
import { Failure, Skeleton, SkeletonRows } from '../components/states.js';
import { Strip } from '../components/strip.js';
import { Coming, listOf, OnToday } from '../components/today-events.js';
import { useReschedule } from '../components/use-reschedule.js';
import { readToday } from '../data/today.js';
import { plusDays } from '../lib/calendar.js';
import { dayKey, longDay } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { setQuery } from '../lib/router.js';
import { atLeast, minute, user, viewerZone } from '../lib/state.js';
import { partOfDay } from '../lib/today.js';

const AGAIN = 5; // minutes, since things become overdue while nobody does anything

/** @param {{query: Record<string, string>}} props */
export default function Today({ query }) {
  const zone = viewerZone.value;
  const now = new Date();
  const key = dayKey(now, zone);
  const mine = atLeast('staff') && (query.who ? query.who === 'mine' : !atLeast('manager'));
  const person = mine ? user.value.id : undefined;
  const today = useQuery(`today/${key}/${zone}/${person ?? ''}`, (signal) => readToday({ person, zone, now: new Date(), signal }), {
    live: ['events', 'reminders'],
    wait: 900,
    sticky: true,
  });
  useAgain(today.reload);
  const { dialog, ask } = useReschedule(today.reload);
  const data = /** @type {import('../data/today.js').Today | undefined} */ (today.data);
  return html`<div class="page today">
    <${PageHead} title=${t(`today.${partOfDay(now, zone)}`, { name: user.value?.name ?? '' })} name=${t('nav.today')} sub=${longDay(now, zone, intl())}>
      ${
        atLeast('staff') &&
        !data?.fresh &&
        html`<${Choice} label=${t('today.whose')} value=${mine ? 'mine' : 'all'} onChange=${(/** @type {string} */ to) => setQuery({ who: to })}
        options=${[{ value: 'mine', label: t('today.mine') }, { value: 'all', label: t('today.everyone') }]} />`
      }
    <//>
    <${ChannelNotes} />
    ${body()}
    ${dialog}
  </div>`;

  function body() {
    if (today.problem && !data) return html`<${Failure} problem=${today.problem} retry=${today.reload} />`;
    if (data?.fresh) return html`<${FirstSteps} />`;
    return html`<${Strip} tiles=${tiles(data, key, person)} />
      ${data ? html`<${Columns} key="there" today=${data} day=${key} person=${person} changed=${today.reload} reschedule=${ask} />` : html`<${Waiting} key="waiting" />`}`;
  }
}

/** @param {{today: import('../data/today.js').Today, day: string, person?: string, changed: () => void, reschedule: (event: any) => void}} props */
function Columns({ today, day, person, changed, reschedule }) {
  return html`<div class="today-columns">
    <div>
      <${Attention} today=${today} changed=${changed} reschedule=${reschedule} />
      <${OnToday} events=${today.today} total=${today.numbers.today} day=${day} person=${person} />
      <${Coming} events=${today.coming} total=${today.numbers.week} day=${day} person=${person} />
    </div>
    <div class="today-side">
      <${DueNext} next=${today.next} left=${today.left} />
      ${today.days.length > 0 && html`<${MonthChart} days=${today.days} zone=${viewerZone.value} />`}
    </div>
  </div>`;
}

/** Reads again from time to time. @param {() => void} reload */
function useAgain(reload) {
  const part = Math.floor(minute.value / AGAIN);
  const first = useRef(part);
  useEffect(() => {
    if (part !== first.current) reload();
    first.current = part;
  }, [part]);
}

/** @param {import('../data/today.js').Today | undefined} data @param {string} day @param {string | undefined} person @returns {import('../components/strip.js').Tile[]} */
function tiles(data, day, person) {
  const n = data?.numbers;
  const whose = person ? `&person=${person}` : '';
  const note = (/** @type {string} */ name, /** @type {number | undefined} */ count) =>
    t(count ? `today.${name}_note` : `today.${name}_none`, { n: count ?? 0 });
  return [
    {
      name: 'today',
      tone: 'pending',
      label: t('day.today'),
      value: n?.today,
      note: note('week', n?.week),
      href: listOf(day, day, person),
    },
    {
      name: 'overdue',
      tone: n?.overdue ? 'warn' : 'quiet',
      label: t('event.overdue'),
      value: n?.overdue,
      note: note('overdue', n?.overdue),
      href: `/events?status=overdue&when=all${whose}`,
    },
    {
      name: 'failed',
      tone: n?.failed ? 'bad' : 'quiet',
      label: t('today.failed'),
      value: n?.failed,
      note: note('failed', n?.failed),
      href: '#needs',
    },
    {
      name: 'sent',
      tone: 'good',
      label: t('today.sent'),
      value: n?.sent,
      note: note('late', n?.late),
      href: `/deliveries?kind=reminder&from=${plusDays(day, -7)}`,
    },
  ];
}

function Waiting() {
  return html`<div class="today-columns">
    <div>${[3, 2].map((count) => html`<div class="group-head" key=${count}><${Skeleton} kind="short" /></div><${SkeletonRows} count=${count} kind="line" />`)}</div>
    <div class="today-side"><div class="card due"><${Skeleton} kind="block" /></div></div>
  </div>`;
}
