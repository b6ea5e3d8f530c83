// The steps of a plan on the way to the event: beside each other on a desktop, one below the other on a phone. The chosen
// one is edited below the line, on a phone in its place.
import { useEffect, useRef } from 'preact/hooks';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { ordered } from '../lib/plans.js';
import { channelNamed } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { Icon } from './icon.js';
import { daysWords } from './template-uses.js';

/** @typedef {import('../lib/plans.js').Step} Step */
/**
 * @typedef {object} Props
 * @property {Step[]} steps
 * @property {string} chosen a step's uid
 * @property {(uid: string) => void} onChoose
 * @property {string[]} wrong uids of steps that cannot be saved as they are
 * @property {(step: Step) => string} titleOf what the reminder is called
 * @property {Record<string, string>} dates when each would be sent for the sample event, by uid
 * @property {string} eventDate
 * @property {any} editor of the chosen step, where it is to stand in its place
 */

/** @param {Props} props */
export function PlanTimeline(props) {
  const { steps, editor } = props;
  const order = useOrder(steps, props.chosen, Boolean(editor));
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => bringIn(list.current, props.chosen), [props.chosen, steps.length]);
  return html`<ol class="plan-timeline" ref=${list} aria-label=${t('plans.timeline')}>
    ${order.map((step, i) => html`<${Stop} key=${step.uid} ...${props} step=${step} next=${order[i + 1]} />`)}
    <li class="plan-timeline-stop end">
      <div class="plan-timeline-rail"><span class="sign"><${Icon} name="flag" /></span></div>
      <div class="plan-timeline-event"><span class="strong">${t('plans.event')}</span><span class="muted">${props.eventDate}</span></div>
    </li>
  </ol>`;
}

/**
 * The earliest first. A step that is edited in its place stays there until one leaves it: what moves away below the finger
 * cannot be typed into.
 * @param {Step[]} steps @param {string} chosen @param {boolean} inPlace
 */
function useOrder(steps, chosen, inPlace) {
  const kept = useRef({ chosen: '', uids: /** @type {string[]} */ ([]) });
  const known = kept.current.uids;
  const same = known.length === steps.length && steps.every((s) => known.includes(s.uid));
  if (!inPlace || kept.current.chosen !== chosen || !same) kept.current = { chosen, uids: ordered(steps).map((s) => s.uid) };
  return kept.current.uids.map((uid) => /** @type {Step} */ (steps.find((s) => s.uid === uid)));
}

/** Scrolls a long line sideways, so that the chosen step is on it. @param {HTMLElement | null} list @param {string} uid */
function bringIn(list, uid) {
  const card = document.getElementById(`stop-${uid}`)?.parentElement;
  if (!list || !card) return;
  const [from, to] = [card.offsetLeft - list.offsetLeft, card.offsetLeft - list.offsetLeft + card.offsetWidth];
  if (from < list.scrollLeft) list.scrollLeft = from;
  else if (to > list.scrollLeft + list.clientWidth) list.scrollLeft = to - list.clientWidth;
}

/** @param {Props & {step: Step, next: Step | undefined}} props */
function Stop({ step, next, chosen, onChoose, wrong, titleOf, dates, editor }) {
  const here = step.uid === chosen;
  const bad = wrong.includes(step.uid);
  const gap = next ? (step.days_before ?? 0) - (next.days_before ?? 0) : (step.days_before ?? 0);
  return html`<li class=${`plan-timeline-stop${here ? ' here' : ''}${bad ? ' wrong' : ''}`}>
    <div class="plan-timeline-rail" aria-hidden="true">
      <span class="sign tone-accent"><${Icon} name=${typeIcon(step.reminder_type)} /></span>
      ${gap > 0 && html`<span class="plan-timeline-gap">${t('plans.gap', { n: gap })}</span>`}
    </div>
    <button type="button" class="plan-timeline-card" id=${`stop-${step.uid}`} aria-pressed=${String(here)} onClick=${() => onChoose(step.uid)}>
      <span class="plan-timeline-days">${step.days_before === null ? t('plans.days_missing') : daysWords(step.days_before)}${bad && html`<${Icon} name="alert-circle" /><span class="sr-only">${t('plans.wrong')}</span>`}</span>
      <span class="plan-timeline-time">${step.at ? t('plans.at', { time: step.at }) : t('plans.own_time')}</span>
      <span class="plan-timeline-title">${titleOf(step)}</span>
      <${How} step=${step} />
      ${dates[step.uid] && html`<span class="plan-timeline-date">${dates[step.uid]}</span>`}
    </button>
    ${here && editor && html`<div class="plan-timeline-editor">${editor}</div>`}
  </li>`;
}

/** By what and to whom, in small. @param {{step: Step}} props */
function How({ step }) {
  const off = (/** @type {string} */ name) => ['not_configured', 'paused'].includes(channelNamed(name)?.state ?? 'ready');
  return html`<span class="plan-timeline-how">
    ${step.channels.map((name) => html`<span key=${name} class=${off(name) ? 'plan-channel off' : 'plan-channel'} title=${t(`channel.${name}`)}><${Icon} name=${typeIcon(name)} /><span class="sr-only">${t(`channel.${name}`)}</span></span>`)}
    <span>${step.audience.map((one) => t(`plans.to_short.${one}`)).join(t('plans.comma'))}</span>
  </span>`;
}
