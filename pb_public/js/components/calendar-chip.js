// An event in the grid of the calendar: a link, and beside it the button that moves it without a mouse. Plain DOM, since
// Event Calendar takes nothing else and throws it away as it likes.

import { timesOf } from '../lib/calendar.js';
import { hours, longDay, parse, sameClock, zoneName } from '../lib/dates.js';
import { intl, t } from '../lib/i18n.js';
import { viewerZone } from '../lib/state.js';
import { eventLook } from '../lib/status.js';

const SVG = 'http://www.w3.org/2000/svg';
const SHORT = 50 * 60_000;

/**
 * @param {string} tag @param {Record<string, string>} attributes @param {(Node | string | false | null | undefined)[]} [children]
 * @returns {HTMLElement}
 */
function el(tag, attributes, children = []) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
  return node;
}

/** @param {string} name */
function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#icon-${name}`);
  svg.append(use);
  return svg;
}

/** "09:00" of what Event Calendar gives as the browser's own time. @param {Date} date */
const clock = (date) => `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;

/** What its own clocks show, if they are not the reader's. @param {any} event */
function elsewhere(event) {
  const start = parse(event.planned_start_date);
  if (!start || !event.timezone || sameClock(event.timezone, viewerZone.value, start)) return '';
  return `${hours(start, parse(event.planned_end_date), event.timezone, intl())} ${zoneName(event.timezone, start, intl())}`;
}

/** What follows the mouse over free time. @param {Date} start */
function pointer(start) {
  return [el('span', { class: 'slot-pointer' }, [icon('plus'), clock(start)])];
}

/** Its classes: how it stands, and how much room it has. @param {any} shown an event of Event Calendar's */
export function chipClasses(shown) {
  const event = shown.extendedProps?.event;
  if (!event) return [];
  const short = !shown.allDay && shown.end - shown.start < SHORT;
  return [`tone-${eventLook(event, new Date()).tone}`, short && 'short', event.status === 'cancelled' && 'off'].filter(Boolean);
}

/** Words for those who do not see where the event stands, and in which colour. @param {(string | false | undefined)[]} words */
const unseen = (words) =>
  el('span', { class: 'sr-only' }, [
    words
      .filter(Boolean)
      .map((word) => `${word}, `)
      .join(''),
  ]);

/**
 * @param {any} shown an event of Event Calendar's @param {boolean} month
 * @returns {{domNodes: Node[]}}
 */
export function chip(shown, month) {
  const event = shown.extendedProps?.event;
  if (!event) return { domNodes: pointer(shown.start) };
  const look = eventLook(event, new Date());
  const { start } = timesOf(event);
  const there = elsewhere(event);
  const customer = event.expand?.customer?.name;
  const link = el('a', { class: 'cal-chip', href: `/events/${event.id}`, draggable: 'false', 'data-event': event.id }, [
    unseen([t(look.key), longDay(start, viewerZone.value, intl()), there, month && customer]),
    el('span', { class: 'chip-time' }, [
      icon(look.icon),
      !shown.allDay && clock(shown.start),
      !shown.allDay && !month && el('span', { class: 'chip-until' }, [` – ${clock(shown.end)}`]),
      there && icon('world'),
    ]),
    el('span', { class: 'chip-title' }, [event.title]),
    !month && customer && el('span', { class: 'chip-customer' }, [customer]),
  ]);
  link.title = [event.title, customer, t(look.key), there].filter(Boolean).join(' · ');
  const move = shown.startEditable && moveButton(event);
  return { domNodes: [el('div', { class: 'cal-item', role: 'listitem' }, [link, move])] };
}

/** @param {any} event */
function moveButton(event) {
  const button = el(
    'button',
    { type: 'button', class: 'chip-move', 'data-move': event.id, 'aria-label': t('calendar.reschedule_one', { title: event.title }) },
    [icon('calendar-time')],
  );
  button.title = t('calendar.reschedule');
  return button;
}
