// An event as one line of a day: its hours on the reader's clocks, what and for whom, and how it stands. Its words are those
// of every page.
import { timesOf } from '../lib/calendar.js';
import { hours, sameClock, time, zoneName } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl } from '../lib/i18n.js';
import { viewerZone, zoneOf } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { EventBadge } from './badge.js';
import { Icon } from './icon.js';

/**
 * @param {{event: any, part?: number, parts?: number, when?: any, children?: any}} props
 *   part: which of its days this is; when: stands in the place of its hours; children: what can be done, at the end
 */
export function EventLine({ event, part = 1, parts = 1, when, children }) {
  const zone = zoneOf(event);
  const { start, end } = timesOf(event);
  const about = [event.expand?.customer?.name, event.expand?.sales_responsible?.name].filter(Boolean);
  return html`<li class=${`row-item event-line ${event.status === 'cancelled' ? 'off' : ''}`}>
    <div class="line-when">${when ?? html`<${Hours} start=${start} end=${end} part=${part} parts=${parts} />`}</div>
    <div class="line-what">
      <a class="cover" href=${`/events/${event.id}`}>${event.title}</a>
      <p class="line-about">
        <${Icon} name=${typeIcon(event.event_type)} /><span class="clip" title=${about.join(' · ')}>${about.join(' · ')}</span>
      </p>
      ${!sameClock(zone, viewerZone.value, start) && html`<p class="line-about"><${Icon} name="world" /><span class="clip">${hours(start, end, zone, intl())} ${zoneName(zone, start, intl())}</span></p>`}
    </div>
    <div class="line-end"><${EventBadge} event=${event} />${children}</div>
  </li>`;
}

/** From when to when; of several days, which of them. @param {{start: Date, end: Date, part: number, parts: number}} props */
function Hours({ start, end, part, parts }) {
  const at = (/** @type {Date} */ date) => time(date, viewerZone.value, intl());
  if (parts === 1) return html`<span class="strong">${at(start)}</span>${end > start && html`<span class="line-to">${at(end)}</span>`}`;
  return html`<span class="strong">${part === 1 ? at(start) : part === parts ? `–${at(end)}` : '–'}</span><span class="line-to">${part}/${parts}</span>`;
}
