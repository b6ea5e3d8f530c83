// Where a template is used: the steps of plans that send it.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';

/** "7 days before", "the day itself". @param {number | null} days */
export function daysWords(days) {
  return days === 0 ? t('plans.same_day') : t('plans.days_before', { n: days ?? 0 });
}

/** @param {{uses: {plan: any, step: any}[], quiet?: boolean}} props quiet: words only, as inside of a row that is itself a link */
export function Uses({ uses, quiet }) {
  if (uses.length === 0) return html`<p class="muted">${t('templates.unused')}</p>`;
  const plans = [...new Map(uses.map((u) => [u.plan.id, u.plan])).values()];
  return html`<ul class="tpl-uses">${plans.map(
    (plan) => html`<li key=${plan.id}>
    ${quiet ? html`<span>${plan.name}</span>` : html`<a href=${`/plans/${plan.id}`}>${plan.name}</a>`}${' '}<span class="muted">${uses
      .filter((u) => u.plan.id === plan.id)
      .map((u) => daysWords(u.step.days_before))
      .join(t('plans.comma'))}</span>
  </li>`,
  )}</ul>`;
}
