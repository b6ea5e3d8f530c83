// Tries the steps on the screen with an event.
import { useState } from 'preact/hooks';
import { previewPlan } from '../data/plans.js';
import { addDays, instantOf, isZone, moment, parse, stamp, wallText } from '../lib/dates.js';
import { has, intl, locale, t } from '../lib/i18n.js';
import { ordered } from '../lib/plans.js';
import { minute, user, viewerZone } from '../lib/state.js';
import { useAnswer } from './use-answer.js';

/** @typedef {import('../lib/plans.js').Step} Step */
/** @typedef {{key: string, uid: string, date: string, title: string, reminder: any, why: string}} Row uid: the step's, empty for what no step sends; reminder: null where nothing is made */
/**
 * @typedef {object} Sample
 * @property {import('./use-answer.js').Answer} answer
 * @property {any} event null for the made-up one
 * @property {(event: any) => void} onEvent
 * @property {string} startWords
 * @property {Row[]} rows
 * @property {Record<string, string>} dates when each step's would be sent, by uid
 * @property {Record<string, string>} errors of steps.<uid>.<field>
 */

/** A made-up event is so far ahead that each step has its time. @param {Step[]} steps @param {string} zone */
function madeUpStart(steps, zone) {
  const days = Math.max(14, ...steps.map((s) => (s.days_before ?? 0) + 1));
  const today = wallText(new Date(), zone).slice(0, 10);
  const ten = instantOf(`${today}T10:00`, zone) ?? new Date();
  return addDays(ten, Math.min(days, 400), zone);
}

/**
 * @param {Step[]} steps @param {string} type of events that go by the plan @param {(step: Step) => string} titleOf
 * @returns {Sample}
 */
export function useSample(steps, type, titleOf) {
  const [event, setEvent] = useState(/** @type {any} */ (null));
  minute.value; // tomorrow's made-up event is a day later
  const zone = isZone(event?.timezone) ? event.timezone : viewerZone.value;
  const start = parse(event?.planned_start_date) ?? madeUpStart(steps, zone);
  const sent = ordered(steps);
  const asked = event
    ? { id: event.id }
    : {
        title: t('plans.made_up_title'),
        customer_name: t('plans.made_up_customer'),
        event_type: type,
        timezone: zone,
        planned_start_date: stamp(start),
        sales_responsible: user.value?.id,
        assigned_staff: [user.value?.id],
      };
  const answer = useAnswer({ event: asked, steps: sent, language: locale.value }, ({ event: about, steps: rows }, signal) =>
    previewPlan(about, rows, signal),
  );
  const now = new Date();
  const words = (/** @type {Date} */ at) => moment(at, zone, intl(), now);
  const { reminders = [], steps: told = [] } = answer.data ?? {};
  return {
    answer,
    event,
    onEvent: setEvent,
    startWords: words(start),
    rows: rowsOf(told, reminders, { titleOf, start, words, due: (step) => plannedFor(step, start, zone) }),
    dates: Object.fromEntries(
      sent.map((step) => [step.uid, plannedFor(step, start, zone)]).flatMap(([uid, at]) => (at instanceof Date ? [[uid, words(at)]] : [])),
    ),
    errors: Object.fromEntries(
      Object.entries(answer.refused).map(([place, { message }]) => [place, stepError(place.split('.').pop() ?? '', message)]),
    ),
  };
}

/** When a step is due, by the calendar of the event's zone. @param {Step} step @param {Date} start @param {string} zone */
function plannedFor(step, start, zone) {
  if (step.days_before === null || !Number.isInteger(step.days_before)) return null;
  const day = addDays(start, -step.days_before, zone);
  return step.at ? instantOf(`${wallText(day, zone).slice(0, 10)}T${step.at}`, zone) : day;
}

/**
 * The reminders that the server names, and the steps for which it makes none. @param {Step[]} steps as they were asked about @param {any[]} reminders
 * @param {{titleOf: (step: Step) => string, start: Date, words: (at: Date) => string, due: (step: Step) => Date | null}} o @returns {Row[]}
 */
function rowsOf(steps, reminders, { titleOf, start, words, due }) {
  const made = reminders.map((r, i) => ({
    at: parse(r.send_datetime) ?? start,
    row: { key: r.id ?? `made${r.uid || i}`, uid: r.uid, title: r.title, reminder: r, why: '' },
  }));
  const lacking = steps
    .filter((s) => !reminders.some((r) => r.uid === s.uid))
    .map((step) => {
      const at = due(step) ?? start;
      return {
        at,
        row: {
          key: step.uid,
          uid: step.uid,
          title: titleOf(step),
          reminder: null,
          why: t(at > start ? 'plans.after_start' : 'reason.time_passed'),
        },
      };
    });
  return [...made, ...lacking].sort((a, b) => a.at.getTime() - b.at.getTime()).map(({ at, row }) => ({ ...row, date: words(at) }));
}

/** What is wrong with a field of a step, in the reader's words, else in the server's. @param {string} field @param {string} message */
export function stepError(field, message) {
  const key = `plans.invalid.${field}`;
  return has(key) ? t(key) : message;
}
