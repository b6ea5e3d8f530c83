// Month and week as a grid, by Event Calendar. This owns its element and hands it what it is to show; what is done to an
// event there is told to the page, which asks before it saves.
import { useEffect, useRef, useState } from 'preact/hooks';
import { daysOf, dragged, firstHour, gridEvent, isLong, openingOf, resized, spanOf } from '../lib/calendar.js';
import { instantOf, offset } from '../lib/dates.js';
import { explain } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { intl, locale, t } from '../lib/i18n.js';
import { loadScript, loadSheet } from '../lib/lazy.js';
import { go } from '../lib/router.js';
import { atLeast, minute } from '../lib/state.js';
import { eventLook } from '../lib/status.js';
import { keepMended } from './calendar-aria.js';
import { chip, chipClasses } from './calendar-chip.js';
import { Failure } from './states.js';

/** @typedef {import('../lib/calendar.js').Times} Times */
/**
 * @typedef {object} Props
 * @property {'week' | 'month'} view
 * @property {string} day
 * @property {any[]} events
 * @property {boolean} loaded whether these are the events of this day's view, not yet those of another
 * @property {string} zone
 * @property {boolean} phone
 * @property {string} label what the grid shows, for a screen reader
 * @property {(event: any) => boolean} movable
 * @property {(event: any, times?: Times, undone?: () => void) => void} onMove asks for a move; without times they are still to be chosen
 */

const SCRIPT = '/vendor/event-calendar-build@5.10.1/event-calendar.min.js';
const STYLES = '/vendor/event-calendar-build@5.10.1/event-calendar.min.css';
const NAMES = { week: 'timeGridWeek', month: 'dayGridMonth' };
const COLUMN = 116; // of a day on a phone, px
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** "+08:00": Event Calendar's clock needs the zone as it is now. @param {string} zone */
function offsetText(zone) {
  const minutes = Math.round(offset(new Date(), zone) / 60_000);
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const away = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(away / 60))}:${two(away % 60)}`;
}

/** Over a column: the weekday, and the day in a circle of its own. @param {Date} date */
function dayHead(date) {
  const part = (/** @type {Intl.DateTimeFormatOptions} */ o, /** @type {string} */ name) => {
    const span = document.createElement('span');
    span.className = name;
    span.textContent = new Intl.DateTimeFormat(intl(), o).format(date);
    return span;
  };
  const number = part({ day: 'numeric' }, 'head-day');
  number.textContent = String(date.getDate());
  return { domNodes: [part({ weekday: 'short' }, 'head-weekday'), number] };
}

/** Opens the form for a new event. @param {{dateStr: string, allDay: boolean}} at by the clocks of the zone @param {string} zone */
function create({ dateStr, allDay }, zone) {
  const start = allDay ? openingOf(dateStr.slice(0, 10), zone, new Date()) : instantOf(dateStr.slice(0, 16), zone);
  if (start) go(`/events/new?start=${encodeURIComponent(start.toISOString())}`);
}

/** What stays as it is while the grid stands. @param {{current: Props}} latest */
function fixedOptions(latest) {
  const { zone, phone, view } = latest.current;
  const mayCreate = atLeast('staff');
  return {
    view: NAMES[view],
    date: latest.current.day,
    firstDay: 1,
    locale: intl(),
    timeZone: offsetText(zone),
    headerToolbar: { start: '', center: '', end: '' },
    buttonText: { close: t('action.close') },
    slotHeight: 26,
    snapDuration: '00:15',
    slotLabelFormat: CLOCK,
    slotEventOverlap: false,
    nowIndicator: true,
    allDayContent: { domNodes: [] },
    columnWidth: phone ? `${COLUMN}px` : undefined,
    dayMaxEvents: true,
    longPressDelay: 350,
    pointer: mayCreate && !phone,
    eventStartEditable: false,
    eventDurationEditable: false,
    views: { timeGridWeek: { dayHeaderFormat: dayHead } },
    moreLinkContent: (/** @type {{num: number}} */ { num }) => t('calendar.more', { n: num }),
    eventContent: (/** @type {any} */ { event, view: shown }) => chip(event, shown.type === NAMES.month),
    eventClassNames: (/** @type {any} */ { event }) => chipClasses(event),
    dateClick: mayCreate ? (/** @type {any} */ info) => create(info, latest.current.zone) : undefined,
    eventDrop: (/** @type {any} */ { event, delta, revert }) => {
      const one = event.extendedProps.event;
      latest.current.onMove(one, dragged(one, delta.seconds, latest.current.zone), revert);
    },
    eventResize: (/** @type {any} */ { event, endDelta, revert }) => {
      const one = event.extendedProps.event;
      latest.current.onMove(one, resized(one, endDelta.seconds, latest.current.zone), revert);
    },
  };
}

/** Where the keyboard is in the grid, since what is drawn anew loses it. @param {Element} root @returns {() => void} puts it back */
function keepFocus(root) {
  const at = document.activeElement;
  if (!at || !root.contains(at)) return () => {};
  const name = at.hasAttribute('data-move') ? 'data-move' : 'data-event';
  const id = at.getAttribute(name);
  return () =>
    requestAnimationFrame(() => {
      if (id && document.activeElement === document.body)
        /** @type {HTMLElement | null} */ (root.querySelector(`[${name}="${id}"]`))?.focus({ preventScroll: true });
    });
}

/** Everything that a chip is drawn from: what is equal is not drawn again. @param {Props} p */
function signature({ events, movable }) {
  const now = new Date();
  const drawn = (/** @type {any} */ e) => [e.id, e.title, e.planned_start_date, e.planned_end_date, e.timezone, e.expand?.customer?.name];
  return JSON.stringify(events.map((e) => [...drawn(e), eventLook(e, now).key, movable(e)]));
}

/** Keeps Event Calendar in an element, with what it is to show. @param {{current: HTMLDivElement | null}} root @param {Props} props @param {boolean} ready */
function useGrid(root, props, ready) {
  const grid = useRef(/** @type {EventCalendarInstance | null} */ (null));
  const latest = useRef(props);
  latest.current = props;
  const { view, day, zone, phone, loaded } = props;

  useEffect(() => {
    const target = root.current;
    const library = globalThis.EventCalendar;
    if (!ready || !target || !library) return undefined;
    const made = library.create(target, { ...fixedOptions(latest), ...movingOptions(latest.current) });
    grid.current = made;
    const stop = keepMended(target, () => ({ label: latest.current.label, more: t('calendar.more_title') }));
    return () => {
      stop();
      grid.current = null;
      library.destroy(made);
    };
  }, [ready, locale.value, zone, phone]);

  useEffect(() => {
    if (!grid.current || !root.current) return;
    const back = keepFocus(root.current);
    for (const [name, value] of Object.entries(movingOptions(latest.current))) grid.current.setOption(name, value);
    back();
  }, [view, day, signature(props)]);

  // Once for each week, when it is known what is on: later changes must not move what one is reading.
  useEffect(() => {
    if (view === 'week' && loaded && grid.current && root.current) scrollTo(grid.current, root.current, latest.current);
  }, [ready, view, day, zone, phone, loaded]);
}

/** @param {Props} props */
export function CalendarGrid(props) {
  const root = useRef(/** @type {HTMLDivElement | null} */ (null));
  const { problem, ready, retry } = useLibrary();
  minute.value; // an event becomes overdue as time passes
  useGrid(root, props, ready);
  const clicked = (/** @type {any} */ e) => {
    const id = e.target.closest('[data-move]')?.getAttribute('data-move');
    const event = id && props.events.find((one) => one.id === id);
    if (event) props.onMove(event);
  };
  // Pressing the button is no beginning of a drag.
  const pressed = (/** @type {any} */ e) => {
    if (e.target.closest('[data-move]')) e.stopPropagation();
  };
  if (problem) return html`<${Failure} problem=${problem} retry=${retry} />`;
  return html`<div class=${`calendar-grid ${props.view}`} aria-busy=${ready && props.loaded ? null : 'true'} ref=${root} onClick=${clicked} onPointerDownCapture=${pressed}></div>`;
}

/** What changes with the address and the events. @param {Props} p */
function movingOptions({ view, day, events, zone, movable }) {
  return { view: NAMES[view], date: day, allDaySlot: events.some(isLong), events: events.map((e) => gridEvent(e, zone, movable(e))) };
}

/** Scrolls to the hours of work, and where the week is wider than the screen to its day. @param {EventCalendarInstance} grid @param {Element} root @param {Props} p */
function scrollTo(grid, root, { day, events, zone, phone }) {
  const span = spanOf('week', day);
  grid.setOption('scrollTime', `${String(firstHour(events, span, zone)).padStart(2, '0')}:00:00`);
  if (!phone) return;
  requestAnimationFrame(() => root.querySelector('.ec-main')?.scrollTo({ left: daysOf(span).indexOf(day) * COLUMN }));
}

/** Fetches the library with its styles when it is first needed. */
function useLibrary() {
  const [state, set] = useState(
    /** @type {{ready: boolean, problem: import('../lib/errors.js').Problem | null}} */ ({
      ready: 'EventCalendar' in globalThis,
      problem: null,
    }),
  );
  const load = () => {
    set({ ready: false, problem: null });
    Promise.all([loadScript(SCRIPT), loadSheet(STYLES), loadSheet('css/areas/calendar-grid.css')]).then(
      () => set({ ready: true, problem: null }),
      (error) => set({ ready: false, problem: explain(error) }),
    );
  };
  useEffect(() => {
    if (!state.ready) load();
  }, []);
  return { ...state, retry: load };
}
