// Form fields with their label, hint and error, and what a form does with errors from the server.
import { h } from '../lib/dom.js';
import { has, t } from '../lib/i18n.js';
import { fieldSentence } from '../lib/errors.js';
import { icon } from './icon.js';

/**
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {string} [type]
 * @property {string} [value]
 * @property {string} [hint]
 * @property {string} [error]
 * @property {string} [autocomplete]
 * @property {string} [list] id of a datalist
 * @property {boolean} [optional]
 * @property {boolean} [readonly]
 * @property {number} [minlength]
 * @property {{value: string, label: string}[]} [options] makes it a choice
 * @property {boolean} [shown] whether a password is shown
 * @property {() => void} [toggle] shows and hides a password
 */

/** The error takes the place of the hint: it says the same more urgently. @param {Field} f */
export function field(f) {
  const id = 'field-' + f.name;
  const described = f.error ? id + '-error' : f.hint && id + '-hint';
  const common = {
    id, name: f.name, class: 'input', 'aria-describedby': described || null, 'aria-invalid': f.error ? 'true' : null,
    required: !f.optional, readonly: f.readonly,
  };
  return h('div', { class: `field ${f.error ? 'invalid' : ''}`.trim(), key: f.name },
    h('label', { for: id }, f.label),
    f.options ? select(f, common) : input(f, common),
    f.error && h('p', { class: 'field-error', id: id + '-error' }, icon('alert-circle'), f.error),
    f.hint && !f.error && h('p', { class: 'field-hint', id: id + '-hint' }, f.hint));
}

/** @param {Field} f @param {Record<string, any>} common */
function select(f, common) {
  return h('div', { class: 'select' },
    h('select', { ...common, value: f.value, readonly: null }, (f.options ?? []).map((o) => h('option', { value: o.value }, o.label))),
    icon('chevron-down'));
}

/** @param {Field} f @param {Record<string, any>} common */
function input(f, common) {
  const type = f.type === 'password' && f.shown ? 'text' : f.type ?? 'text';
  const box = h('input', {
    ...common, type, value: f.value, autocomplete: f.autocomplete ?? 'off', list: f.list, minlength: f.minlength,
    autocapitalize: f.type === 'email' || f.type === 'password' ? 'none' : null, spellcheck: f.type ? 'false' : null,
  });
  if (!f.toggle) return box;
  return h('div', { class: 'with-button' }, box,
    h('button', {
      type: 'button', class: 'icon-button', 'aria-pressed': f.shown ? 'true' : 'false', 'aria-label': t('password.show'), title: t('password.show'),
      on: { click: f.toggle },
    }, icon(f.shown ? 'eye-off' : 'eye')));
}

/** The values of a form, trimmed; passwords as typed. @param {HTMLFormElement} form @returns {Record<string, string>} */
export function valuesOf(form) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const [name, value] of new FormData(form)) values[name] = name === 'password' ? String(value) : String(value).trim();
  return values;
}

/** What each required field lacks, before the server is asked. @param {HTMLFormElement} form @returns {Record<string, string>} */
export function missing(form) {
  /** @type {Record<string, string>} */
  const errors = {};
  for (const element of form.elements) {
    const input = /** @type {HTMLInputElement} */ (element);
    if (!input.name || !input.willValidate || input.validity.valid) continue;
    if (input.validity.valueMissing) errors[input.name] = t('invalid.required');
    else if (input.validity.typeMismatch) errors[input.name] = t('invalid.is_email');
    else if (input.validity.tooShort) errors[input.name] = t('invalid.password_length', { n: input.minLength });
    else errors[input.name] = input.validationMessage;
  }
  return errors;
}

/** The server's errors by field, in the reader's words. @param {import('../lib/errors.js').Problem} problem */
export function fieldErrors(problem) {
  return Object.fromEntries(Object.entries(problem.fields).map(([name, error]) => [name, fieldSentence(error, t, has)]));
}

/** Puts the focus on the first field that has an error, once it is drawn. */
export function focusFirstError() {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    /** @type {HTMLElement | null} */ (document.querySelector('[aria-invalid="true"]'))?.focus();
  }));
}
