// Form fields with their label, hint and error. Each takes its value from a form (lib/form.js) by its name.
import { useState } from 'preact/hooks';
import { instantOf, parse, sameClock, stamp, wallText, zoneName } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { viewerZone } from '../lib/state.js';
import { IconButton } from './button.js';
import { Icon } from './icon.js';

/** @typedef {import('../lib/form.js').Form} Form */
/** @typedef {{form: Form, name: string, label: string, hint?: any, optional?: boolean}} Base */

/** The attributes that every control shares. @param {Base} f */
function common(f) {
  const error = f.form.errors[f.name];
  const id = `field-${f.name}`;
  return {
    id,
    name: f.name,
    class: 'input',
    'aria-invalid': error ? 'true' : null,
    'aria-describedby': error ? `${id}-error` : f.hint ? `${id}-hint` : null,
    'aria-required': f.optional === false ? 'true' : null,
  };
}

/** Label, control, and hint or error: the error takes the place of the hint, since it says the same more urgently. @param {Base & {children?: any, group?: boolean}} props */
export function Field({ form, name, label, hint, optional, group, children }) {
  const error = form.errors[name];
  const id = `field-${name}`;
  return html`<div class=${error ? 'field invalid' : 'field'} role=${group ? 'group' : null} aria-labelledby=${group ? `${id}-label` : null} data-field=${name}>
    ${
      group
        ? html`<span class="label" id=${`${id}-label`}>${label}</span>`
        : html`<label for=${id}>${label}${optional && html` <span class="optional">${t('field.optional')}</span>`}</label>`
    }
    ${children}
    ${error && html`<p class="field-error" id=${`${id}-error`}><${Icon} name="alert-circle" /><span>${error}</span></p>`}
    ${hint && !error && html`<p class="field-hint" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

/** @param {Event} e @returns {any} */
const value = (e) => /** @type {HTMLInputElement} */ (e.target).value;

/** @param {Base & {type?: string, autocomplete?: string, placeholder?: string, inputmode?: string, maxlength?: number, autofocus?: boolean, dir?: string}} props */
export function TextField({ type = 'text', autocomplete = 'off', placeholder, inputmode, maxlength, autofocus, dir, ...f }) {
  const plain = type === 'email' || type === 'tel' || type === 'url';
  return html`<${Field} ...${f}>
    <input ...${common(f)} type=${type} value=${f.form.values[f.name] ?? ''} autocomplete=${autocomplete} placeholder=${placeholder}
      inputmode=${inputmode} maxlength=${maxlength} data-first=${autofocus ? '' : null} dir=${dir}
      autocapitalize=${plain ? 'none' : null} spellcheck=${plain ? 'false' : null} onInput=${(/** @type {Event} */ e) => f.form.set(f.name, value(e))} />
  <//>`;
}

/** @param {Base & {autocomplete?: string}} props */
export function PasswordField({ autocomplete = 'current-password', ...f }) {
  const [shown, show] = useState(false);
  return html`<${Field} ...${f}>
    <div class="with-button">
      <input ...${common(f)} type=${shown ? 'text' : 'password'} value=${f.form.values[f.name] ?? ''} autocomplete=${autocomplete}
        autocapitalize="none" spellcheck="false" onInput=${(/** @type {Event} */ e) => f.form.set(f.name, value(e))} />
      <${IconButton} icon=${shown ? 'eye-off' : 'eye'} label=${t('password.show')} pressed=${shown} onClick=${() => show(!shown)} />
    </div>
  <//>`;
}

/** @param {Base & {rows?: number, placeholder?: string}} props */
export function TextArea({ rows = 4, placeholder, ...f }) {
  return html`<${Field} ...${f}>
    <textarea ...${common(f)} rows=${rows} placeholder=${placeholder} value=${f.form.values[f.name] ?? ''}
      onInput=${(/** @type {Event} */ e) => f.form.set(f.name, value(e))}></textarea>
  <//>`;
}

/** @param {Base & {options: {value: string, label: string}[]}} props */
export function SelectField({ options, ...f }) {
  return html`<${Field} ...${f}>
    <div class="select">
      <select ...${common(f)} value=${f.form.values[f.name] ?? ''} onChange=${(/** @type {Event} */ e) => f.form.set(f.name, value(e))}>
        ${options.map((o) => html`<option key=${o.value} value=${o.value} selected=${o.value === (f.form.values[f.name] ?? '')}>${o.label}</option>`)}
      </select>
      <${Icon} name="chevron-down" />
    </div>
  <//>`;
}

/**
 * Date and time by the clocks of a zone; the value in the form is the instant as PocketBase writes it, or '' . The zone is
 * named where its clocks are not the reader's.
 * @param {Base & {zone: string, min?: string}} props
 */
export function DateTimeField({ zone, min, ...f }) {
  const at = parse(f.form.values[f.name]);
  const elsewhere = !sameClock(zone, viewerZone.value, at ?? new Date());
  const hint = f.hint ?? (elsewhere ? t('field.zone_of', { zone: zoneName(zone, at ?? new Date(), intl()) }) : '');
  const typed = (/** @type {Event} */ e) => {
    const instant = instantOf(value(e), zone);
    f.form.set(f.name, instant ? stamp(instant) : '');
  };
  return html`<${Field} ...${f} hint=${hint}>
    <input ...${common({ ...f, hint })} type="datetime-local" value=${at ? wallText(at, zone) : ''} min=${min} onChange=${typed} />
  <//>`;
}

/** A switch. @param {Base & {disabled?: boolean}} props */
export function ToggleField({ disabled, ...f }) {
  const id = `field-${f.name}`;
  return html`<div class="toggle" data-field=${f.name}>
    <input type="checkbox" role="switch" id=${id} name=${f.name} checked=${!!f.form.values[f.name]} disabled=${disabled}
      aria-describedby=${f.hint ? `${id}-hint` : null} onChange=${(/** @type {any} */ e) => f.form.set(f.name, e.target.checked)} />
    <label for=${id}>${f.label}</label>
    ${f.hint && html`<p class="field-hint" id=${`${id}-hint`}>${f.hint}</p>`}
  </div>`;
}

/** Several of a few, as boxes to tick; the value is a list. @param {Base & {options: {value: string, label: string, icon?: string}[]}} props */
export function ChecksField({ options, ...f }) {
  const chosen = /** @type {string[]} */ (f.form.values[f.name] ?? []);
  const error = f.form.errors[f.name];
  const flip = (/** @type {string} */ one) => f.form.set(f.name, chosen.includes(one) ? chosen.filter((c) => c !== one) : [...chosen, one]);
  return html`<${Field} ...${f} group>
    <div class="checks">
      ${options.map(
        (o, i) => html`<label key=${o.value} class="check">
        <input type="checkbox" name=${f.name} value=${o.value} checked=${chosen.includes(o.value)} aria-invalid=${error && i === 0 ? 'true' : null} onChange=${() => flip(o.value)} />
        ${o.icon && html`<${Icon} name=${o.icon} />`}<span>${o.label}</span>
      </label>`,
      )}
    </div>
  <//>`;
}

/** What belongs to no field. @param {{form: Form}} props */
export function FormError({ form }) {
  return html`<div role="alert">${form.general && html`<p class="form-error"><${Icon} name="alert-circle" /><span>${form.general}</span></p>`}</div>`;
}
