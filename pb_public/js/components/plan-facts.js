// What a plan is called, and which events go by it.

import { TYPES } from '../data/events.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { planFor } from '../lib/plans.js';
import { typeIcon } from '../lib/status.js';
import { ChecksField, TextField, ToggleField } from './field.js';

/** @param {{form: import('../lib/form.js').Form, plan: any, plans: any[]}} props */
export function PlanFacts({ form, plan, plans }) {
  const types = TYPES.map((value) => ({ value, label: t(`type.${value}`), icon: typeIcon(value) }));
  const now = plans.find((p) => p.is_default);
  const stays = plan?.is_default === true;
  const defaultHint = stays ? t('plans.default_stays') : now ? t('plans.default_now', { plan: now.name }) : t('plans.default_hint');
  return html`<section class="card plan-facts">
    <${TextField} form=${form} name="name" label=${t('plans.name')} maxlength=${120} />
    <${ToggleField} form=${form} name="is_default" label=${t('plans.default_label')} hint=${defaultHint} disabled=${stays} />
    <${ChecksField} form=${form} name="event_types" label=${t('plans.types')} options=${types} hint=${typesHint(form.values, plan, plans)} />
  </section>`;
}

/** What the chosen types lead to: two plans may name one type, and the first wins. @param {Record<string, any>} values @param {any} plan @param {any[]} plans */
function typesHint(values, plan, plans) {
  const after = plans.map((p) => (p.id === plan?.id ? { ...p, ...values } : p));
  if (!plan) after.push({ id: '', ...values });
  const lost = /** @type {string[]} */ (values.event_types)
    .map((type) => ({ type, by: planFor(after, type) }))
    .filter(({ by }) => by && by.id !== (plan?.id ?? ''));
  if (lost.length > 0) return lost.map(({ type, by }) => t('plans.type_taken', { type: t(`type.${type}`), plan: by.name })).join(' ');
  if (values.is_default) return t('plans.types_default');
  return t(values.event_types.length > 0 ? 'plans.types_some' : 'plans.types_none');
}
