// Moving an event: which of its reminders move with it is shown before anything is saved, and it can be taken back.
import { useEffect, useState } from 'preact/hooks';
import { moveEvent, previewMove } from '../data/calendar.js';
import { pb } from '../lib/api.js';
import { changesOf, timesOf } from '../lib/calendar.js';
import { dayKey, hours, moment, parse, sameClock, stamp, zoneName } from '../lib/dates.js';
import { explain, sentence } from '../lib/errors.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { has, intl, t } from '../lib/i18n.js';
import { useChanges, useQuery } from '../lib/query.js';
import { reasonWords } from '../lib/reasons.js';
import { isClosed } from '../lib/reminders.js';
import { toast, viewerZone, zoneOf } from '../lib/state.js';
import { Badge } from './badge.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { DateTimeField, FormError } from './field.js';
import { Icon } from './icon.js';
import { Skeleton } from './states.js';
import { Sign } from './track.js';

/** @typedef {import('../lib/calendar.js').Times} Times */

/** How each change of a reminder looks. @type {Record<string, import('../lib/status.js').Look>} */
const LOOKS = {
  now: { tone: 'warn', icon: 'bolt', key: 'calendar.change.now' },
  moves: { tone: 'pending', icon: 'clock', key: 'calendar.change.moves' },
  added: { tone: 'pending', icon: 'plus', key: 'calendar.change.added' },
  revived: { tone: 'pending', icon: 'rotate', key: 'calendar.change.revived' },
  skipped: { tone: 'quiet', icon: 'player-skip-forward', key: 'reminder.skipped' },
  cancelled: { tone: 'quiet', icon: 'ban', key: 'reminder.cancelled' },
};

/** The day and the hours; the end with its day where that is another. @param {Times} times @param {string} zone */
function span({ start, end }, zone) {
  const now = new Date();
  if (dayKey(start, zone) === dayKey(end, zone))
    return moment(start, zone, intl(), now).replace(/\d\d:\d\d$/, hours(start, end, zone, intl()));
  return `${moment(start, zone, intl(), now)} – ${moment(end, zone, intl(), now)}`;
}

/**
 * @param {{event: any, times?: Times, onClose: () => void, onSaved: (event: any) => void, onMovedBack: (event: any) => void}} props
 */
export function Reschedule({ event, times, onClose, onSaved, onMovedBack }) {
  const zone = zoneOf(event);
  const { now, meanwhile } = useStanding(event);
  const was = timesOf(now);
  const form = useMove(event, was, times ?? was, onSaved, onMovedBack);
  const to = form.values.planned_start_date && form.values.planned_end_date && !backwards(form.values) ? timesOf(form.values) : null;
  const moves = to !== null && (to.start.getTime() !== was.start.getTime() || to.end.getTime() !== was.end.getTime());
  const preview = usePreview(event, moves ? to : null);
  useEffect(() => {
    if (!times) document.getElementById('field-planned_start_date')?.focus();
  }, []);
  const submit = (/** @type {Event} */ e) => {
    e.preventDefault();
    if (moves || !to) form.submit();
    else onClose();
  };
  return html`<${Dialog} title=${t('calendar.move_title', { title: event.title })} onClose=${onClose}>
    <form class="dialog-body form reschedule" novalidate onSubmit=${submit}>
      <${FormError} form=${form} />
      ${meanwhile && !form.busy && html`<p class="banner tone-warn" role="status"><${Icon} name="alert-triangle" /><span>${t(isClosed(now) ? 'calendar.closed_meanwhile' : 'calendar.moved_meanwhile')}</span></p>`}
      <${FromTo} was=${was} to=${moves ? to : null} zone=${zone} />
      <${Fields} form=${form} zone=${zone} />
      <${Consequences} preview=${preview} zone=${zone} asked=${moves} />
      <div class="dialog-foot">
        <${Button} onClick=${onClose}>${t('action.cancel')}<//>
        <${Button} type="submit" primary first=${times !== undefined} icon="calendar-time" busy=${form.busy || (moves && preview.loading)}>${t('calendar.move')}<//>
      </div>
    </form>
  <//>`;
}

/** @param {any} event @param {Times} was @param {Times} wished @param {(event: any) => void} done @param {(event: any) => void} back */
function useMove(event, was, wished, done, back) {
  return useForm({
    initial: { planned_start_date: stamp(wished.start), planned_end_date: stamp(wished.end) },
    required: ['planned_start_date', 'planned_end_date'],
    check,
    // What it was is kept from here: the news of one's own change may come before the answer.
    save: async (values) => ({ was, fresh: await moveEvent(event.id, timesOf(values)) }),
    saved: ({ was: before, fresh }) => {
      tellMoved(event, before, timesOf(fresh), back);
      done(fresh);
    },
  });
}

/** @param {import('../lib/form.js').Values} values @returns {Record<string, string>} */
const check = (values) => (backwards(values) ? { planned_end_date: t('calendar.end_before_start') } : {});

/** @param {import('../lib/form.js').Values} values */
const backwards = ({ planned_start_date: start, planned_end_date: end }) => start && end && end < start;

/** How the event stands while one is asked, if someone else changes it. @param {any} event */
function useStanding(event) {
  const [now, set] = useState(event);
  useChanges(['events'], (_collection, action, record) => {
    if (record.id === event.id && action !== 'delete') set({ ...now, ...record });
  });
  const moved = now.planned_start_date !== event.planned_start_date || now.planned_end_date !== event.planned_end_date;
  return { now, meanwhile: moved || isClosed(now) };
}

/** @param {{was: Times, to: Times | null, zone: string}} props to: null while it stays where it is */
function FromTo({ was, to, zone }) {
  const there = !sameClock(zone, viewerZone.value, was.start);
  return html`<div>
    <dl class="from-to">
      <div><dt>${t('calendar.from')}</dt><dd class=${to ? 'former' : ''}>${span(was, zone)}</dd></div>
      <div><dt>${t('calendar.to')}</dt><dd class="strong" aria-live="polite">${to ? span(to, zone) : '–'}</dd></div>
    </dl>
    ${there && html`<p class="quiet-note"><${Icon} name="world" /><span>${zoneName(zone, was.start, intl())}</span></p>`}
  </div>`;
}

/** Start and end; the end follows the start. @param {{form: import('../lib/form.js').Form, zone: string}} props */
function Fields({ form, zone }) {
  const follow = (/** @type {string} */ name, /** @type {string} */ value) => {
    const start = parse(value);
    const before = timesOf(form.values);
    if (name !== 'planned_start_date' || !start) form.set(name, value);
    else
      form.fill({
        planned_start_date: value,
        planned_end_date: stamp(new Date(start.getTime() + before.end.getTime() - before.start.getTime())),
      });
  };
  const linked = { ...form, set: follow };
  return html`<div class="pair">
    <${DateTimeField} form=${linked} name="planned_start_date" label=${t('calendar.start')} zone=${zone} />
    <${DateTimeField} form=${linked} name="planned_end_date" label=${t('calendar.end')} zone=${zone} />
  </div>`;
}

/** What the server would do. @param {any} event @param {Times | null} times */
function usePreview(event, times) {
  return useQuery(
    times ? `move/${event.id}/${times.start.getTime()}/${times.end.getTime()}` : null,
    (signal) => previewMove(event.id, /** @type {Times} */ (times), signal),
    { live: ['reminders'], when: (_collection, _action, record) => record.event === event.id, sticky: true },
  );
}

/** What becomes of the reminders. @param {{preview: import('../lib/query.js').Query, asked: boolean, zone: string}} props */
function Consequences({ preview: { data, problem, loading }, asked, zone }) {
  return html`<section class="consequences" aria-labelledby="consequences" aria-busy=${loading && !data ? 'true' : null}>
    <h3 id="consequences">${t('calendar.reminders')}</h3>
    ${body()}
  </section>`;

  function body() {
    if (!asked) return html`<p class="muted">${t('calendar.choose_time')}</p>`;
    if (problem)
      return html`<p class="form-error" role="alert"><${Icon} name="alert-circle" /><span>${sentence(problem, t, has)}</span></p>`;
    if (!data) return html`<div class="consequence-wait"><${Skeleton} kind="wide" /><${Skeleton} kind="long" /></div>`;
    const { changes, same } = changesOf(data.reminders, new Date());
    return html`
      ${changes.length > 0 && html`<ul class=${loading ? 'changes stale' : 'changes'}>${changes.map((c, i) => html`<${ChangeLine} key=${c.reminder.id ?? i} ...${c} zone=${zone} />`)}</ul>`}
      ${changes.length === 0 && html`<p class="muted">${t('calendar.nothing_moves')}</p>`}
      ${changes.length > 0 && same > 0 && html`<p class="muted">${t('calendar.stay', { n: same })}</p>`}
      ${data.warnings.map((/** @type {any} */ w, /** @type {number} */ i) => html`<p key=${i} class="change-warning tone-warn"><${Icon} name="alert-triangle" /><span>${warning(w)}</span></p>`)}`;
  }
}

/** @param {{change: import('../lib/calendar.js').Change, reminder: any, zone: string}} props */
function ChangeLine({ change, reminder: r, zone }) {
  const look = LOOKS[change];
  const now = new Date();
  const due = parse(r.send_datetime) ?? now;
  const before = parse(r.was?.send_datetime);
  const gone = change === 'skipped' || change === 'cancelled';
  return html`<li class=${`change tone-${look.tone}`}>
    <${Sign} reminder=${r} look=${look} />
    <div class="change-what">
      <p class="strong">${r.title}</p>
      <p class="change-when">
        ${before && html`<span class="former">${moment(before, zone, intl(), now)}</span>`}
        ${!gone && html`<span>${before && html`<${Icon} name="arrow-right" />`}${change === 'now' ? t('calendar.at_once') : moment(due, zone, intl(), now)}</span>`}
        ${gone && r.status_reason && html`<span>${reasonWords(r.status_reason)}</span>`}
      </p>
    </div>
    <${Badge} look=${look} plain />
  </li>`;
}

/** @param {{code: string, message: string, params?: Record<string, string>}} w */
function warning({ code, message, params = {} }) {
  const key = `calendar.warning.${code}`;
  if (!has(key)) return message;
  return t(key, { ...params, reason: reasonWords(params.reason ?? ''), channel: params.channel ? t(`by.${params.channel}`) : '' });
}

/** Says that it was moved, and offers to take it back. @param {any} event @param {Times} was @param {Times} moved @param {(event: any) => void} done */
function tellMoved(event, was, moved, done) {
  const when = moment(moved.start, zoneOf(event), intl(), new Date());
  toast(t('calendar.moved', { title: event.title, when }), {
    action: { label: t('action.undo'), run: () => moveBack(event, was, moved, done) },
  });
}

/** Puts an event back, unless someone else has moved it since. @param {any} event @param {Times} was @param {Times} moved @param {(event: any) => void} done */
async function moveBack(event, was, moved, done) {
  try {
    const stands = timesOf(await pb.collection('events').getOne(event.id, { fields: 'planned_start_date,planned_end_date' }));
    if (stands.start.getTime() !== moved.start.getTime() || stands.end.getTime() !== moved.end.getTime()) {
      toast(t('calendar.not_back'), { bad: true });
      return;
    }
    done(await moveEvent(event.id, was));
    toast(t('calendar.back', { title: event.title, when: moment(was.start, zoneOf(event), intl(), new Date()) }));
  } catch (error) {
    toast(sentence(explain(error), t, has), { bad: true });
  }
}
