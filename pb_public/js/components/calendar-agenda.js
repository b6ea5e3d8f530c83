// The calendar as a list: day by day, each event with what it is and the button that moves it.
import { byDay, openingOf } from '../lib/calendar.js';
import { dayKey, daysBetween, instantOf, longDay } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { atLeast, minute } from '../lib/state.js';
import { IconButton, LinkButton } from './button.js';
import { EventLine } from './event-line.js';
import { Empty } from './states.js';

/**
 * @param {{events: any[], span: import('../lib/calendar.js').Span, zone: string, single?: boolean, movable: (event: any) => boolean, onMove: (event: any) => void}} props
 *   single: it is one day under a month, and says so when it is free
 */
export function Agenda({ events, span, zone, single, movable, onMove }) {
  minute.value;
  const today = dayKey(new Date(), zone);
  const days = byDay(events, span, zone);
  if (days.length === 0) return html`<div class="card"><${Free} day=${span.from} zone=${zone} single=${single} /></div>`;
  // Today is told also when it is free, so that one sees where one is.
  if (today >= span.from && today < span.to && !days.some((d) => d.day === today)) {
    days.push({ day: today, items: [] });
    days.sort((a, b) => a.day.localeCompare(b.day));
  }
  return html`<div class="agenda">${days.map(
    ({ day, items }) => html`<section key=${day} aria-labelledby=${`day-${day}`}>
    <${DayHead} day=${day} zone=${zone} today=${day === today} />
    ${
      items.length === 0
        ? html`<p class="card agenda-free">${t('calendar.free')}</p>`
        : html`<ul class="card rows">
      ${items.map(
        ({ event, part, parts }) => html`<${EventLine} key=${event.id} event=${event} part=${part} parts=${parts}>
        ${movable(event) && html`<${IconButton} icon="calendar-time" label=${t('calendar.reschedule_one', { title: event.title })} onClick=${() => onMove(event)} />`}
      <//>`,
      )}
    </ul>`
    }
  </section>`,
  )}</div>`;
}

/** @param {{day: string, zone: string, today: boolean}} props */
function DayHead({ day, zone, today }) {
  const at = instantOf(`${day}T12:00`, zone) ?? new Date();
  const away = daysBetween(new Date(), at, zone);
  const near = away === 0 ? t('day.today') : away === 1 ? t('day.tomorrow') : '';
  return html`<h3 id=${`day-${day}`} class=${today ? 'agenda-day today' : 'agenda-day'}>
    ${near && html`<span>${near}</span>`}<span class=${near ? 'muted' : ''}>${longDay(at, zone, intl())}</span>
  </h3>`;
}

/** @param {{day: string, zone: string, single?: boolean}} props */
function Free({ day, zone, single }) {
  const start = openingOf(day, zone, new Date()).toISOString();
  const add =
    atLeast('staff') &&
    html`<${LinkButton} href=${`/events/new?start=${encodeURIComponent(start)}`} icon="plus" primary=${!single}>${t('nav.new_event')}<//>`;
  if (single) return html`<div class="agenda-none"><p class="muted">${t('calendar.free')}</p>${add}</div>`;
  return html`<${Empty} icon="calendar-event" title=${t('calendar.none')} text=${t('calendar.none_text')}>${add}<//>`;
}
