// What is on today, and in the week after.
import { byDay, plusDays, timesOf } from '../lib/calendar.js';
import { day, daysBetween, hours } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, number, t } from '../lib/i18n.js';
import { viewerZone } from '../lib/state.js';
import { EventLine } from './event-line.js';

const MOST = 20; // lines of today
const SOON = 8; // lines of the week

/** The list of the events of some days. @param {string} from @param {string} to @param {string | undefined} person */
export const listOf = (from, to, person) => `/events?when=all&from=${from}&to=${to}${person ? `&person=${person}` : ''}`;

/** @param {{name: string, count: number, shown: number, all: string, none: string, children?: any}} props */
function Events({ name, count, shown, all, none, children }) {
  return html`<section class=${`events-${name}`} aria-labelledby=${`events-${name}`}>
    <div class="group-head"><h2 id=${`events-${name}`}>${t(`today.${name}`)}</h2>${count > 0 && html`<span class="count">${number(count)}</span>`}</div>
    ${shown === 0 ? html`<p class="card nothing-on">${none}</p>` : html`<ul class="card rows">${children}</ul>`}
    ${count > shown && shown > 0 && html`<p class="all-link"><a href=${all}>${t('today.show_all', { n: number(count) })}</a></p>`}
  </section>`;
}

/** @param {{events: any[], total: number, day: string, person?: string}} props */
export function OnToday({ events, total, day: today, person }) {
  const items = byDay(events, { from: today, to: plusDays(today, 1) }, viewerZone.value)
    .flatMap((d) => d.items)
    .slice(0, MOST);
  return html`<${Events} name="on" count=${total} shown=${items.length} all=${listOf(today, today, person)} none=${t('today.on_none')}>
    ${items.map((i) => html`<${EventLine} key=${i.event.id} ...${i} />`)}
  <//>`;
}

/** @param {{events: any[], total: number, day: string, person?: string}} props */
export function Coming({ events, total, day: today, person }) {
  const shown = events.slice(0, SOON);
  return html`<${Events} name="coming" count=${total} shown=${shown.length} all=${listOf(plusDays(today, 1), plusDays(today, 7), person)} none=${t('today.coming_none')}>
    ${shown.map((e) => html`<${EventLine} key=${e.id} event=${e} when=${html`<${Day} event=${e} />`} />`)}
  <//>`;
}

/** @param {{event: any}} props */
function Day({ event }) {
  const zone = viewerZone.value;
  const now = new Date();
  const { start, end } = timesOf(event);
  return html`<span class="strong">${daysBetween(now, start, zone) === 1 ? t('day.tomorrow') : day(start, zone, intl(), now)}</span><span class="line-to">${hours(start, end, zone, intl())}</span>`;
}
