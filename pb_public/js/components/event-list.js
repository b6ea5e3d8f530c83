// Events as rows: when, what and for whom, how its reminders stand, and its status.
import { h } from '../lib/dom.js';
import { day, daysBetween, hours, isZone, parse, sameClock, zoneName } from '../lib/dates.js';
import { intl, t } from '../lib/i18n.js';
import { eventLook, typeIcon } from '../lib/status.js';
import { viewerZone } from '../app.js';
import { badge } from './badge.js';
import { icon } from './icon.js';
import { track } from './track.js';

/** The zone of an event, or the reader's where it has none. @param {any} event */
export function zoneOf(event) {
  return isZone(event.timezone) ? event.timezone : viewerZone();
}

/** @param {any[]} events @param {Set<string>} fresh ids of reminders that have just changed */
export function eventList(events, fresh) {
  const now = new Date();
  return h('ul', { class: 'card event-list' }, events.map((e) => row(e, now, fresh)));
}

/** @param {any} event @param {Date} now @param {Set<string>} fresh */
function row(event, now, fresh) {
  const zone = zoneOf(event);
  const start = parse(event.planned_start_date) ?? now;
  const away = daysBetween(now, start, zone);
  return h('li', { class: `event-row ${event.status === 'cancelled' ? 'off' : ''}`.trim(), key: event.id },
    h('div', { class: 'event-date' },
      h('span', { class: 'event-day' }, away === 0 ? t('day.today') : away === 1 ? t('day.tomorrow') : day(start, zone, intl(), now)),
      h('span', { class: 'event-hours' }, hours(start, parse(event.planned_end_date), zone, intl())),
      !sameClock(zone, viewerZone(), start) && h('span', { class: 'event-zone' }, zoneName(zone, start, intl()))),
    h('div', { class: 'event-what' },
      h('h3', null, h('a', { class: 'cover', href: '/events/' + event.id }, event.title)),
      h('p', { class: 'event-who' },
        h('span', { class: 'event-customer', title: event.expand?.customer?.name }, event.expand?.customer?.name ?? ''),
        h('span', { class: 'event-type' }, icon(typeIcon(event.event_type)), t('type.' + (event.event_type || 'other'))))),
    track(event.expand?.reminders_via_event ?? [], zone, fresh),
    h('div', { class: 'event-status' }, badge(eventLook(event, now))));
}
