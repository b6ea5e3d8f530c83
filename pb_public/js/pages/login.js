// The door: an email address and a password.
import { h } from '../lib/dom.js';
import { has, t } from '../lib/i18n.js';
import { explain, sentence } from '../lib/errors.js';
import * as api from '../lib/api.js';
import * as prefs from '../lib/prefs.js';
import { redraw } from '../app.js';
import { pitch } from '../components/pitch.js';
import { field, focusFirstError, missing, valuesOf } from '../components/field.js';
import { icon } from '../components/icon.js';

/** @param {{ended?: boolean}} [o] ended: the session has run out @returns {import('../app.js').Page} */
export default function login({ ended = false } = {}) {
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
      const { email, password } = valuesOf(form);
      try {
        await api.signIn(email, password);
        prefs.set('email', email);
        return; // the session's change opens the page
      } catch (error) {
        const problem = explain(error);
        if (problem.kind === 'invalid') general = t('login.wrong');
        else if (problem.kind === 'forbidden') general = t('login.inactive');
        else general = sentence(problem, t, has);
        requestAnimationFrame(() => /** @type {HTMLInputElement | null} */ (document.getElementById('field-password'))?.select());
      }
      busy = false;
    }
    redraw();
    focusFirstError();
  }

  return {
    title: () => t('login.title'),
    view: () => h('div', { class: 'entrance', key: 'login' },
      pitch(),
      h('form', { class: 'entrance-form form', novalidate: true, on: { submit } },
        h('h1', { tabindex: '-1' }, t('login.title')),
        ended && !general && h('p', { class: 'quiet-note', key: 'ended' }, icon('info-circle'), t('login.ended')),
        h('div', { role: 'alert', key: 'alert' }, general && h('p', { class: 'form-error' }, icon('alert-circle'), general)),
        field({ name: 'email', label: t('field.email'), type: 'email', value: prefs.get('email') ?? '', autocomplete: 'username', error: errors.email }),
        field({
          name: 'password', label: t('field.password'), type: 'password', autocomplete: 'current-password', error: errors.password, shown,
          toggle: () => { shown = !shown; redraw(); },
        }),
        h('button', { type: 'submit', class: 'button primary wide', 'aria-disabled': busy ? 'true' : null }, busy && icon('loader-2', 'spin'), t('login.action')),
        h('p', { class: 'field-hint' }, t('login.help')))),
  };
}
