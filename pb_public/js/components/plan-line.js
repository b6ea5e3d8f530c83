// A plan in small: its reminders on a line that ends with the event.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { ordered, places } from '../lib/plans.js';
import { typeIcon } from '../lib/status.js';
import { Icon } from './icon.js';
import { daysWords } from './template-uses.js';

const SHOWN = 7;

/** @param {{steps: any[]}} props */
export function PlanLine({ steps }) {
  const all = ordered(steps);
  if (all.length === 0) return html`<p class="muted">${t('plans.no_steps')}</p>`;
  const shown = all.slice(-SHOWN);
  const at = places(shown);
  // The farther the next one, the longer the line to it.
  const grow = (/** @type {number} */ i) => ({ flexGrow: String(Math.max(0.02, (at[i + 1] ?? 1) - at[i])) });
  return html`<ol class="plan-line" aria-label=${t('plans.timeline')}>
    ${all.length > shown.length && html`<li class="plan-more muted">${t('track.more', { n: all.length - shown.length })}</li>`}
    ${shown.map(
      (step, i) => html`<li key=${step.id} class="plan-stop" style=${grow(i)} title=${t(`reminder.${step.reminder_type}`)}>
      <span class="sign tone-accent"><${Icon} name=${typeIcon(step.reminder_type)} /></span>
      <span class="plan-stop-words">
        <span class="strong">${daysWords(step.days_before)}</span>
        <span class="muted">${step.at || t('plans.own_time_short')}</span>
      </span>
      <span class="sr-only">${t(`reminder.${step.reminder_type}`)}</span>
    </li>`,
    )}
    <li class="plan-stop end"><span class="sign"><${Icon} name="flag" /></span><span class="plan-stop-words"><span class="strong">${t('plans.event')}</span></span></li>
  </ol>`;
}
