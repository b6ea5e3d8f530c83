// The first administrator sets the instance up, by a link from the console.
import { h } from '../lib/dom.js';
import { localZone } from '../lib/dates.js';
import { has, LOCALES, locale, t } from '../lib/i18n.js';
import { explain, sentence } from '../lib/errors.js';
import * as api from '../lib/api.js';
import * as prefs from '../lib/prefs.js';
import { redraw } from '../app.js';
import { go, tokenOf } from '../lib/router.js';
import { pitch } from '../components/pitch.js';
import { field, fieldErrors, focusFirstError, missing, valuesOf } from '../components/field.js';
import { icon } from '../components/icon.js';
import { state } from '../components/states.js';

/** @returns {import('../app.js').Page} */
export default function setup() {
  const token = tokenOf(location);
  const zones = Intl.supportedValuesOf ? Intl.supportedValuesOf('timeZone') : [];
  /** @type {Record<string, string>} */
  let errors = {};
  let general = '';
  let busy = false;
  let shown = false;

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    const form = /** @type {HTMLFormElement} */ (event.target);
    errors = missing(form);
    general = '';
    if (Object.keys(errors).length === 0) {
      busy = true;
      redraw();
      const values = valuesOf(form);
      try {
        await api.setUp({ ...values, token });
        prefs.set('email', values.email);
        await api.signIn(values.email, values.password);
        go('/', { replace: true });
        return;
      } catch (error) {
        const problem = explain(error);
        errors = fieldErrors(problem);
        const known = Object.keys(errors).some((name) => form.elements.namedItem(name));
        if (problem.kind === 'forbidden') general = t('setup.used');
        else if (!known) general = sentence(problem, t, has);
      }
      busy = false;
    }
    redraw();
    focusFirstError();
  }

  const form = () => h('form', { class: 'entrance-form form', novalidate: true, on: { submit } },
    h('div', null, h('h1', { tabindex: '-1' }, t('setup.title')), h('p', { class: 'muted' }, t('setup.text'))),
    h('div', { role: 'alert', key: 'alert' }, general && h('p', { class: 'form-error' }, icon('alert-circle'), general)),
    field({ name: 'name', label: t('field.your_name'), autocomplete: 'name', error: errors.name }),
    field({ name: 'email', label: t('field.email'), type: 'email', autocomplete: 'username', error: errors.email }),
    field({
      name: 'password', label: t('field.password'), type: 'password', autocomplete: 'new-password', minlength: 10, hint: t('password.hint', { n: 10 }),
      error: errors.password, shown, toggle: () => { shown = !shown; redraw(); },
    }),
    field({ name: 'company_name', label: t('field.company'), autocomplete: 'organization', hint: t('setup.company_hint'), error: errors.company_name }),
    h('div', { class: 'pair' },
      field({ name: 'timezone', label: t('field.zone'), value: localZone(), list: 'zones', error: errors.timezone }),
      field({ name: 'language', label: t('field.language'), value: locale(), error: errors.language, options: LOCALES.map((l) => ({ value: l.code, label: l.name })) })),
    h('datalist', { id: 'zones' }, zones.map((z) => h('option', { value: z }))),
    h('button', { type: 'submit', class: 'button primary wide', 'aria-disabled': busy ? 'true' : null }, busy && icon('loader-2', 'spin'), t('setup.action')));

  return {
    title: () => t('setup.title'),
    view: () => h('div', { class: 'entrance', key: 'setup' },
      pitch(),
      token ? form() : h('div', { class: 'entrance-form' }, state({ heading: true, icon: 'info-circle', title: t('setup.no_token'), text: t('setup.no_token_text') }, h('a', { class: 'button', href: '/' }, t('login.action'))))),
  };
}
