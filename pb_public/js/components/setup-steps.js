// How far the set-up has come.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Icon } from './icon.js';

export const STEPS = /** @type {const} */ (['company', 'mail', 'team']);

/** @param {{at: typeof STEPS[number]}} props */
export function SetupSteps({ at }) {
  const here = STEPS.indexOf(at);
  return html`<ol class="setup-steps" aria-label=${t('setup.steps', { n: here + 1, count: STEPS.length })}>
    ${STEPS.map(
      (step, i) => html`<li key=${step} class=${i < here ? 'done' : ''} aria-current=${i === here ? 'step' : null}>
      <span class="setup-number" aria-hidden="true">${i < here ? html`<${Icon} name="check" />` : i + 1}</span>
      <span>${t(`setup.step.${step}`)}${i < here && html`<span class="sr-only"> ${t('setup.step_done')}</span>`}</span>
    </li>`,
    )}
  </ol>`;
}
