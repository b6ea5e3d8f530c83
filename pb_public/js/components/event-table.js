// Events as a table: when, what and for whom, how its reminders stand, and its status. On a phone each is a few lines.

import { day, daysBetween, hours, parse, sameClock, zoneName } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { minute, viewerZone, zoneOf } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { EventBadge } from './badge.js';
import { Icon } from './icon.js';
import { SortHead } from './pager.js';
import { Track } from './track.js';

/** @param {{events: any[], sort?: string, onSort?: (sort: string) => void}} props without onSort it has no head */
export function EventTable({ events, sort, onSort }) {
  minute.value;
  const now = new Date();
  return html`<table class="card rows event-table" role="table">
    ${
      onSort &&
      html`<thead role="rowgroup"><tr role="row">
      <${SortHead} name="planned_start_date" label=${t('events.col.when')} sort=${sort} onSort=${onSort} />
      <${SortHead} name="title" label=${t('events.col.title')} sort=${sort} onSort=${onSort} />
      <th role="columnheader" scope="col">${t('track.label')}</th>
      <${SortHead} name="status" label=${t('events.col.status')} sort=${sort} onSort=${onSort} />
    </tr></thead>`
    }
    <tbody role="rowgroup">${events.map((e) => html`<${Row} key=${e.id} event=${e} now=${now} />`)}</tbody>
  </table>`;
}

/** @param {{event: any, now: Date}} props */
function Row({ event, now }) {
  const zone = zoneOf(event);
  const start = parse(event.planned_start_date) ?? now;
  const away = daysBetween(now, start, zone);
  const customer = event.expand?.customer?.name ?? '';
  return html`<tr role="row" class=${`row-item event-row ${event.status === 'cancelled' ? 'off' : ''}`}>
    <td role="cell" class="event-date">
      <span class="event-day">${away === 0 ? t('day.today') : away === 1 ? t('day.tomorrow') : day(start, zone, intl(), now)}</span>
      <span class="event-hours">${hours(start, parse(event.planned_end_date), zone, intl())}</span>
      ${!sameClock(zone, viewerZone.value, start) && html`<span class="event-zone">${zoneName(zone, start, intl())}</span>`}
    </td>
    <td role="cell" class="event-what">
      <a class="cover" href=${`/events/${event.id}`}>${event.title}</a>
      <span class="event-who">
        <span class="event-customer clip" title=${customer}>${customer}</span>
        <span class="event-type"><${Icon} name=${typeIcon(event.event_type)} />${t(`type.${event.event_type || 'other'}`)}</span>
      </span>
    </td>
    <td role="cell" class="event-track"><${Track} reminders=${event.expand?.reminders_via_event ?? []} zone=${zone} /></td>
    <td role="cell" class="event-status"><${EventBadge} event=${event} /></td>
  </tr>`;
}
