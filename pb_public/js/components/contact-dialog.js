// A person at a customer's is entered or changed.

import { save } from '../data/customers.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { LOCALES, t } from '../lib/i18n.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { DraftNote } from './draft-note.js';
import { FormError, SelectField, TextField } from './field.js';

/** @param {{customer: string, contact?: any, onClose: () => void, onSaved: (contact: any) => void}} props without a contact a new one is entered */
export function ContactDialog({ customer, contact, onClose, onSaved }) {
  const { name = '', title = '', email = '', phone = '', locale = '' } = contact ?? {};
  const form = useForm({
    initial: { name, title, email, phone, locale },
    draft: contact ? `contact.${contact.id}.${contact.updated}` : `contact.new.${customer}`,
    required: ['name'],
    save: (values) =>
      save('contacts', contact?.id, {
        ...values,
        customer,
        name: values.name.trim(),
        email: values.email.trim(),
        phone: values.phone.trim(),
      }),
    saved: onSaved,
  });
  const cancel = () => {
    form.reset();
    onClose();
  };
  const languages = [{ value: '', label: t('people.contact.no_language') }, ...LOCALES.map((l) => ({ value: l.code, label: l.name }))];
  return html`<${Dialog} title=${t(contact ? 'people.contact.edit' : 'people.contact.new')} onClose=${onClose}>
    <form class="dialog-body form" novalidate onSubmit=${form.submit}>
      <${DraftNote} form=${form} />
      <${FormError} form=${form} />
      <${TextField} form=${form} name="name" label=${t('field.name')} maxlength=${120} dir="auto" autofocus />
      <${TextField} form=${form} name="title" label=${t('people.contact.title')} maxlength=${120} dir="auto" optional />
      <${TextField} form=${form} name="email" label=${t('field.email')} type="email" inputmode="email" hint=${t('people.contact.email_hint')} optional />
      <${TextField} form=${form} name="phone" label=${t('people.phone')} type="tel" inputmode="tel" hint=${t('people.phone_hint')} optional />
      <${SelectField} form=${form} name="locale" label=${t('field.language')} options=${languages} hint=${t('people.contact.language_hint')} />
      <div class="dialog-foot">
        <${Button} onClick=${cancel}>${t('action.cancel')}<//>
        <${Button} type="submit" primary busy=${form.busy}>${t(contact ? 'action.save' : 'people.contact.add')}<//>
      </div>
    </form>
  <//>`;
}
