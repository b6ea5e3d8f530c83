// An administrator adds a person, who gets a mail with a link to choose a password.
import { h } from '../lib/dom.js';
import { LOCALES, locale, t, has } from '../lib/i18n.js';
import * as api from '../lib/api.js';
import { explain, sentence } from '../lib/errors.js';
import { channelNamed, toast } from '../app.js';
import { open } from './dialog.js';
import { field, fieldErrors, focusFirstError, missing, valuesOf } from './field.js';
import { icon } from './icon.js';

export function openInvite() {
  /** @type {Record<string, string>} */
  let errors = {};
  let general = '';
  let busy = false;
  open(t('invite.title'), (close, again) => {
    const submit = async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const form = /** @type {HTMLFormElement} */ (event.target);
      errors = missing(form);
      general = '';
      if (Object.keys(errors).length === 0 && !busy) {
        busy = true;
        again();
        try {
          const values = valuesOf(form);
          await api.invite({ email: values.email, name: values.name, role: values.role, locale: values.locale });
          close();
          const kept = channelNamed('email')?.state === 'sandbox';
          toast(t(kept ? 'invite.kept' : 'invite.sent', { email: values.email }));
          return;
        } catch (error) {
          const problem = explain(error);
          errors = fieldErrors(problem);
          if (Object.keys(errors).length === 0) general = sentence(problem, t, has);
        }
        busy = false;
      }
      again();
      focusFirstError();
    };
    return h('form', { novalidate: true, on: { submit } },
      h('div', { class: 'dialog-body form' },
        general && h('p', { class: 'form-error', role: 'alert' }, icon('alert-circle'), general),
        field({ name: 'name', label: t('field.name'), error: errors.name }),
        field({ name: 'email', label: t('field.email'), type: 'email', error: errors.email }),
        field({
          name: 'role', label: t('field.role'), value: 'staff', error: errors.role,
          options: ['staff', 'manager', 'viewer', 'admin'].map((value) => ({ value, label: t('role.' + value) })),
        }),
        field({
          name: 'locale', label: t('field.language'), value: locale(), error: errors.locale,
          options: LOCALES.map((l) => ({ value: l.code, label: l.name })),
        })),
      h('footer', { class: 'dialog-foot' },
        h('button', { type: 'button', class: 'button', on: { click: () => close() } }, t('action.cancel')),
        h('button', { type: 'submit', class: 'button primary', 'aria-disabled': busy ? 'true' : null }, icon('send'), t('invite.action'))));
  });
}
