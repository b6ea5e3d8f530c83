// A member of the team is changed by an administrator.

import { save } from '../data/customers.js';
import { searchPeople } from '../data/people.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { LOCALES, t } from '../lib/i18n.js';
import { Button } from './button.js';
import { Combobox } from './combobox.js';
import { Dialog } from './dialog.js';
import { FormError, SelectField, TextField } from './field.js';
import { roleOptions } from './invite-dialog.js';
import { ZoneField } from './zone-field.js';

/** @param {{person: any, manager?: any, onClose: () => void, onSaved: () => void}} props */
export function PersonDialog({ person, manager, onClose, onSaved }) {
  const { name, email, phone, role, locale, timezone } = person;
  const form = useForm({
    initial: { name, email, phone: phone ?? '', role, manager: person.manager, locale, timezone },
    required: ['name', 'email'],
    check: (values) => (values.manager === person.id ? { manager: t('people.own_manager') } : /** @type {Record<string, string>} */ ({})),
    save: (values) =>
      save('users', person.id, { ...values, name: values.name.trim(), email: values.email.trim(), phone: values.phone.trim() }),
    saved: onSaved,
  });
  const others = async (/** @type {string} */ query) => (await searchPeople(query)).filter((p) => p.value !== person.id);
  return html`<${Dialog} title=${person.name} onClose=${onClose}>
    <form class="dialog-body form" novalidate onSubmit=${form.submit}>
      <${FormError} form=${form} />
      <${TextField} form=${form} name="name" label=${t('field.name')} maxlength=${120} dir="auto" autofocus />
      <${TextField} form=${form} name="email" label=${t('field.email')} type="email" inputmode="email" hint=${form.values.email === email ? '' : t('people.email_hint')} />
      <${TextField} form=${form} name="phone" label=${t('people.phone')} type="tel" inputmode="tel" hint=${t('people.phone_hint')} optional />
      <${SelectField} form=${form} name="role" label=${t('field.role')} options=${roleOptions()} hint=${t(`people.role_hint.${form.values.role}`)} />
      <${Combobox} form=${form} name="manager" label=${t('people.manager')} hint=${t('people.manager_hint')} optional search=${others}
        known=${manager ? [{ value: manager.id, label: manager.name }] : []} />
      <div class="pair">
        <${SelectField} form=${form} name="locale" label=${t('field.language')} options=${LOCALES.map((l) => ({ value: l.code, label: l.name }))} />
        <${ZoneField} form=${form} name="timezone" label=${t('field.zone')} hint=${t('people.zone_hint')} optional />
      </div>
      <div class="dialog-foot">
        <${Button} onClick=${onClose}>${t('action.cancel')}<//>
        <${Button} type="submit" primary busy=${form.busy}>${t('action.save')}<//>
      </div>
    </form>
  <//>`;
}
