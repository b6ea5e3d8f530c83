// All plans: when which reminders leave, for which events.

import { LinkButton } from '../components/button.js';
import { Icon } from '../components/icon.js';
import { PageHead } from '../components/page.js';
import { PlanLine } from '../components/plan-line.js';
import { Empty, Failure, Skeleton } from '../components/states.js';
import { LIBRARY, readLibrary } from '../data/plans.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { typeIcon } from '../lib/status.js';
import { stepsIn } from '../lib/templates.js';

export default function Plans() {
  const { data, problem, reload } = useQuery('library', readLibrary, { live: LIBRARY });
  return html`<div class="page plan-list">
    <${PageHead} title=${t('nav.plans')} sub=${t('plans.sub')}><${LinkButton} href="/plans/new" icon="plus" primary>${t('plans.new')}<//><//>
    ${body()}
  </div>`;

  function body() {
    if (problem && !data) return html`<${Failure} problem=${problem} retry=${reload} />`;
    if (!data)
      return html`<div class="plan-cards" aria-busy="true"><span class="sr-only">${t('state.loading')}</span>${[1, 2, 3].map((n) => html`<${Skeleton} key=${n} kind="block plan-card-wait" />`)}</div>`;
    if (data.plans.length === 0)
      return html`<div class="card"><${Empty} icon="timeline" title=${t('plans.none')} text=${t('plans.none_text')}><${LinkButton} href="/plans/new" icon="plus" primary>${t('plans.new')}<//><//></div>`;
    return html`<ul class="plan-cards">${data.plans.map((/** @type {any} */ plan) => html`<${Card} key=${plan.id} plan=${plan} />`)}</ul>`;
  }
}

/** @param {{plan: any}} props */
function Card({ plan }) {
  return html`<li class="card plan-card">
    <header class="plan-card-head">
      <h2><a class="cover" href=${`/plans/${plan.id}`}>${plan.name}</a></h2>
      ${plan.is_default && html`<span class="badge tone-good"><${Icon} name="star" /><span>${t('plans.default')}</span></span>`}
    </header>
    <p class="plan-card-types">${typesWords(plan)}</p>
    <${PlanLine} steps=${stepsIn(plan)} />
  </li>`;
}

/** Which events go by a plan. @param {any} plan */
function typesWords(plan) {
  const types = /** @type {string[]} */ (plan.event_types ?? []);
  return html`${types.map((type) => html`<span key=${type} class="with-icon"><${Icon} name=${typeIcon(type)} />${t(`type.${type}`)}</span>`)}
    ${plan.is_default && html`<span class="with-icon"><${Icon} name="calendar-event" />${t(types.length > 0 ? 'plans.and_others' : 'plans.all_others')}</span>`}
    ${types.length === 0 && !plan.is_default && html`<span class="with-icon"><${Icon} name="calendar-event" />${t('plans.only_chosen')}</span>`}`;
}
