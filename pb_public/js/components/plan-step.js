// One step of a plan: when, what, by which channels, to whom.

import { CHANNELS } from '../lib/channels.js';
import { html } from '../lib/html.js';
import { locale, t } from '../lib/i18n.js';
import { AUDIENCES, MAX_DAYS } from '../lib/plans.js';
import { channelNamed } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { REMINDER_TYPES, textIn } from '../lib/templates.js';
import { Button, Choice } from './button.js';
import { ChecksField, Field, SelectField } from './field.js';
import { Icon } from './icon.js';
import { daysWords } from './template-uses.js';

/** @typedef {import('../lib/form.js').Form} Form */
/** @typedef {import('../lib/plans.js').Step} Step */
/** @typedef {import('../lib/templates.js').Template} Template */

const AUDIENCE_ICONS = { sales_responsible: 'user-check', assigned_staff: 'users', manager: 'user-circle', contact_person: 'address-book' };

/**
 * A form of one step inside the form of its plan: its fields are named steps.<uid>.<field>, as their errors are.
 * @param {Form} form @param {Step} step @param {Record<string, string>} errors further ones than the form's
 * @returns {Form}
 */
export function stepForm(form, step, errors) {
  const prefix = `steps.${step.uid}.`;
  return {
    ...form,
    values: Object.fromEntries(Object.entries(step).map(([field, value]) => [prefix + field, value])),
    errors: { ...errors, ...form.errors },
    set: (name, value) => put({ [name]: value }),
    fill: put,
  };

  /** @param {Record<string, any>} values */
  function put(values) {
    const own = Object.fromEntries(Object.entries(values).map(([name, value]) => [name.slice(prefix.length), value]));
    const gone = Object.fromEntries(Object.keys(values).map((name) => [name, undefined])); // a changed field has no error any more
    form.fill({ ...gone, steps: form.values.steps.map((/** @type {Step} */ one) => (one.uid === step.uid ? { ...one, ...own } : one)) });
  }
}

/**
 * @param {object} props
 * @param {Form} props.form of this step, see stepForm
 * @param {Step} props.step
 * @param {Template[]} props.templates
 * @param {() => void} props.onDuplicate
 * @param {() => void} props.onRemove
 * @param {boolean} props.inPlace under its own head, which names it
 */
export function StepEditor({ form, step, templates, onDuplicate, onRemove, inPlace }) {
  const name = (/** @type {string} */ field) => `steps.${step.uid}.${field}`;
  const types = REMINDER_TYPES.map((value) => ({ value, label: t(`reminder.${value}`) }));
  const typed = {
    ...form,
    set: (/** @type {string} */ field, /** @type {string} */ type) =>
      form.fill({ [field]: type, [name('template')]: fitting(templates, step.template, type) }),
  };
  return html`<section class="plan-step" aria-label=${daysWords(step.days_before)}>
    ${!inPlace && html`<header class="plan-step-head"><span class="sign tone-accent"><${Icon} name=${typeIcon(step.reminder_type)} /></span><h2>${step.days_before === null ? t('plans.days_missing') : daysWords(step.days_before)}</h2></header>`}
    <div class="pair">
      <${Days} form=${form} name=${name('days_before')} />
      <${Time} form=${form} name=${name('at')} />
    </div>
    <div class="pair">
      <${SelectField} form=${typed} name=${name('reminder_type')} label=${t('templates.type')} options=${types} />
      <${Words} form=${form} name=${name('template')} step=${step} templates=${templates} />
    </div>
    <${ChecksField} form=${form} name=${name('channels')} label=${t('plans.channels')} options=${CHANNELS.map((value) => ({ value, label: t(`channel.${value}`), icon: typeIcon(value) }))} hint=${channelHint(step)} />
    <${ChecksField} form=${form} name=${name('audience')} label=${t('plans.audience')} options=${AUDIENCES.map((value) => ({ value, label: t(`plans.to.${value}`), icon: AUDIENCE_ICONS[/** @type {keyof typeof AUDIENCE_ICONS} */ (value)] }))} />
    <footer class="plan-step-foot">
      <${Button} icon="copy" onClick=${onDuplicate}>${t('plans.duplicate')}<//>
      <${Button} icon="trash" onClick=${onRemove}>${t('plans.remove')}<//>
    </footer>
  </section>`;
}

/** The template that a step sends after its type has changed: its own if it fits, else the first of the type. @param {Template[]} templates @param {string} id @param {string} type */
function fitting(templates, id, type) {
  const own = templates.find((one) => one.records.some((r) => r.id === id));
  return own?.type === type ? id : firstTemplate(templates, type);
}

/** @param {Template[]} templates @param {string} type the id of the type's first template, or '' */
export function firstTemplate(templates, type) {
  return (
    textIn(
      templates.find((one) => one.type === type),
      'en',
    )?.id ?? ''
  );
}

/** @param {{form: Form, name: string}} props */
function Days({ form, name }) {
  const days = form.values[name];
  const error = form.errors[name];
  const to = (/** @type {number | null} */ n) => form.set(name, n === null ? null : Math.min(MAX_DAYS, Math.max(0, n)));
  return html`<${Field} form=${form} name=${name} label=${t('plans.days')}>
    <div class="day-stepper">
      <button type="button" class="day-step" aria-label=${t('plans.day_later')} title=${t('plans.day_later')} onClick=${() => to((days ?? 1) - 1)}>\u2212</button>
      <input id=${`field-${name}`} name=${name} class="input" type="number" inputmode="numeric" min="0" max=${MAX_DAYS} step="1" value=${days ?? ''}
        aria-invalid=${error ? 'true' : null} aria-describedby=${error ? `field-${name}-error` : null}
        onInput=${(/** @type {any} */ e) => form.set(name, e.target.value === '' ? null : Number(e.target.value))} />
      <button type="button" class="day-step" aria-label=${t('plans.day_earlier')} title=${t('plans.day_earlier')} onClick=${() => to((days ?? -1) + 1)}>+</button>
    </div>
  <//>`;
}

/** @param {{form: Form, name: string}} props */
function Time({ form, name }) {
  const at = form.values[name];
  return html`<div class="plan-step-time">
    <${Field} form=${form} name=${name} label=${t('plans.time')} group>
      <div class="plan-time-row">
        <${Choice} label=${t('plans.time')} value=${at ? 'set' : 'own'} onChange=${(/** @type {string} */ to) => form.set(name, to === 'own' ? '' : at || '09:00')}
          options=${[{ value: 'own', label: t('plans.time_own') }, { value: 'set', label: t('plans.time_set') }]} />
        ${
          at &&
          html`<input class="input" type="time" name=${name} value=${at} required aria-label=${t('plans.time')} aria-invalid=${form.errors[name] ? 'true' : null}
          onChange=${(/** @type {any} */ e) => {
            if (e.target.value) form.set(name, e.target.value);
            else e.target.value = at;
          }} />`
        }
      </div>
    <//>
  </div>`;
}

/** Which words it sends. @param {{form: Form, name: string, step: Step, templates: Template[]}} props */
function Words({ form, name, step, templates }) {
  const own = templates.find((one) => one.records.some((r) => r.id === step.template));
  const offered = templates.filter((one) => one.type === step.reminder_type || one === own);
  const idOf = (/** @type {Template} */ one) => (one === own ? step.template : textIn(one, 'en').id);
  const options = [
    ...offered.map((one) => ({ value: idOf(one), label: textIn(one, locale.value).title })),
    { value: own ? '' : step.template, label: t('plans.no_template') },
  ];
  const hint = own
    ? html`<a href=${`/templates/${own.key}`}>${t('plans.edit_template')}</a>`
    : t('plans.no_template_hint', { type: t(`reminder.${step.reminder_type}`) });
  return html`<${SelectField} form=${form} name=${name} label=${t('plans.template')} options=${options} hint=${hint} />`;
}

/** What the reader must know of the channels that are chosen. @param {Step} step */
function channelHint(step) {
  const notes = step.channels
    .map((name) => ({ name, channel: channelNamed(name) }))
    .filter(({ channel }) => channel && (channel.state !== 'ready' || !channel.enabled));
  if (notes.length === 0) return '';
  return html`${notes.map(({ name, channel }) => {
    const key = channel?.state === 'ready' ? 'off' : channel?.state;
    return html`<span key=${name} class=${key === 'sandbox' ? 'plan-channel-note' : 'plan-channel-note tone-warn'}>${t(`plans.channel_${key}`, { channel: t(`channel.${name}`) })}</span>`;
  })}`;
}
