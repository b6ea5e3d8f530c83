// A month on a phone: the days as buttons with a dot for each event; what is on stands below.
import { useRef } from 'preact/hooks';
import { byDay, daysOf, plusDays, spanOf } from '../lib/calendar.js';
import { dayKey, instantOf, longDay } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { minute } from '../lib/state.js';
import { eventLook } from '../lib/status.js';

const DOTS = 4;
const STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 });

/** @param {{day: string, events: any[], zone: string, onDay: (day: string) => void}} props */
export function MonthDots({ day, events, zone, onDay }) {
  minute.value;
  const root = useRef(/** @type {HTMLDivElement | null} */ (null));
  const span = spanOf('month', day);
  const all = daysOf(span);
  const on = new Map(byDay(events, span, zone).map((d) => [d.day, d.items.map((i) => i.event)]));
  const today = dayKey(new Date(), zone);
  const key = (/** @type {KeyboardEvent} */ e) => {
    const by = STEPS[e.key];
    if (!by) return;
    e.preventDefault();
    onDay(plusDays(day, by));
    requestAnimationFrame(() =>
      /** @type {HTMLElement | null | undefined} */ (root.current?.querySelector('[aria-pressed=true]'))?.focus(),
    );
  };
  return html`<div class="card month-dots" role="group" aria-label=${t('calendar.days')} ref=${root} onKeyDown=${key}>
    ${all.slice(0, 7).map((one) => html`<span key=${`head-${one}`} class="dots-head" aria-hidden="true">${weekday(one, zone)}</span>`)}
    ${all.map(
      (one) => html`<${Day} key=${one} day=${one} zone=${zone} events=${on.get(one) ?? []} chosen=${one === day} today=${one === today}
      other=${one.slice(0, 7) !== day.slice(0, 7)} onClick=${() => onDay(one)} />`,
    )}
  </div>`;
}

/** @param {string} day @param {string} zone */
function weekday(day, zone) {
  return new Intl.DateTimeFormat(intl(), { weekday: 'narrow', timeZone: zone }).format(instantOf(`${day}T12:00`, zone) ?? new Date());
}

/** @param {{day: string, zone: string, events: any[], chosen: boolean, today: boolean, other: boolean, onClick: () => void}} props */
function Day({ day, zone, events, chosen, today, other, onClick }) {
  const now = new Date();
  const name = longDay(instantOf(`${day}T12:00`, zone) ?? now, zone, intl());
  // One stop for the keyboard, from which arrows lead to the other days.
  return html`<button type="button" class=${`dots-day ${today ? 'today' : ''} ${other ? 'other' : ''}`} tabindex=${chosen ? 0 : -1} aria-pressed=${String(chosen)}
      aria-current=${today ? 'date' : null} aria-label=${events.length ? `${name}, ${t('calendar.count', { n: events.length })}` : name} onClick=${onClick}>
    <span class="dots-number">${Number(day.slice(8))}</span>
    <span class="dots">${events.slice(0, DOTS).map((e) => html`<span key=${e.id} class=${`dot tone-${eventLook(e, now).tone}`}></span>`)}</span>
  </button>`;
}
