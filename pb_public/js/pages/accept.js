// An invited person chooses a password, by the link from the mail.
import { h } from '../lib/dom.js';
import { has, t } from '../lib/i18n.js';
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
export default function accept() {
  const token = tokenOf(location);
  const email = api.invitedAddress(token);
  /** @type {Record<string, string>} */
  let errors = {};
  let general = '';
  let busy = false;
  let shown = false;
  let ended = email === '';

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
      const { password } = valuesOf(form);
      try {
        await api.acceptInvitation(token, password);
        prefs.set('email', email);
        await api.signIn(email, password);
        go('/', { replace: true });
        return;
      } catch (error) {
        const problem = explain(error);
        if (problem.fields.token) ended = true; // used, or run out
        errors = fieldErrors(problem);
        if (!errors.password) general = sentence(problem, t, has);
      }
      busy = false;
    }
    redraw();
    focusFirstError();
  }

  const form = () => h('form', { class: 'entrance-form form', novalidate: true, on: { submit } },
    h('div', null, h('h1', { tabindex: '-1' }, t('accept.title')), h('p', { class: 'muted' }, t('accept.text'))),
    h('div', { role: 'alert', key: 'alert' }, general && h('p', { class: 'form-error' }, icon('alert-circle'), general)),
    field({ name: 'email', label: t('field.email'), type: 'email', value: email, autocomplete: 'username', readonly: true }),
    field({
      name: 'password', label: t('field.new_password'), type: 'password', autocomplete: 'new-password', minlength: 8, hint: t('password.hint', { n: 8 }),
      error: errors.password, shown, toggle: () => { shown = !shown; redraw(); },
    }),
    h('button', { type: 'submit', class: 'button primary wide', 'aria-disabled': busy ? 'true' : null }, busy && icon('loader-2', 'spin'), t('accept.action')));

  return {
    title: () => t('accept.title'),
    view: () => h('div', { class: 'entrance', key: 'accept' },
      pitch(),
      ended ? h('div', { class: 'entrance-form' }, state({ heading: true, icon: 'info-circle', title: t('accept.ended'), text: t('accept.ended_text') }, h('a', { class: 'button', href: '/' }, t('login.action'))))
        : form()),
  };
}
