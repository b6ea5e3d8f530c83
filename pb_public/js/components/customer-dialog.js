// A customer is entered or changed.

import { save } from '../data/customers.js';
import { searchPeople } from '../data/people.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { atLeast, user, viewerZone } from '../lib/state.js';
import { Button } from './button.js';
import { Combobox } from './combobox.js';
import { Dialog } from './dialog.js';
import { DraftNote } from './draft-note.js';
import { FormError, TextArea, TextField } from './field.js';
import { ZoneField } from './zone-field.js';

/** @param {{customer?: any, onClose: () => void, onSaved: (customer: any) => void}} props without a customer a new one is entered */
export function CustomerDialog({ customer, onClose, onSaved }) {
  const form = useForm({
    initial: initial(customer),
    draft: customer ? `customer.${customer.id}.${customer.updated}` : 'customer.new',
    required: ['name'],
    save: (values) => save('customers', customer?.id, body(values, customer)),
    saved: onSaved,
  });
  const cancel = () => {
    form.reset();
    onClose();
  };
  const owner = customer?.expand?.owner ?? (form.values.owner === user.value?.id ? user.value : null);
  return html`<${Dialog} title=${t(customer ? 'people.customer.edit' : 'people.customer.new')} onClose=${onClose}>
    <form class="dialog-body form" novalidate onSubmit=${form.submit}>
      <${DraftNote} form=${form} />
      <${FormError} form=${form} />
      <${TextField} form=${form} name="name" label=${t('people.customer.name')} maxlength=${200} dir="auto" autofocus />
      <${TextArea} form=${form} name="address" label=${t('people.customer.address')} rows=${2} optional />
      <${ZoneField} form=${form} name="timezone" label=${t('field.zone')} hint=${t('people.customer.zone_hint')} optional />
      ${
        atLeast('manager') &&
        html`<${Combobox} form=${form} name="owner" label=${t('people.customer.owner')} hint=${t('people.customer.owner_hint')} optional
        search=${searchPeople} known=${owner ? [{ value: owner.id, label: owner.name }] : []} />`
      }
      <${TextArea} form=${form} name="notes" label=${t('people.customer.notes')} rows=${4} placeholder=${t('people.customer.notes_example')} optional />
      <div class="dialog-foot">
        <${Button} onClick=${cancel}>${t('action.cancel')}<//>
        <${Button} type="submit" primary busy=${form.busy}>${t(customer ? 'action.save' : 'people.customer.add')}<//>
      </div>
    </form>
  <//>`;
}

/** @param {any} customer */
function initial(customer) {
  if (!customer) return { name: '', address: '', timezone: viewerZone.value, owner: user.value?.id ?? '', notes: '' };
  const { name, address, timezone, owner, notes } = customer;
  return { name, address, timezone, owner, notes };
}

/** @param {import('../lib/form.js').Values} values @param {any} before */
function body(values, before) {
  const { owner, ...rest } = values;
  const body = { ...rest, name: values.name.trim(), address: values.address.trim() };
  if (atLeast('manager')) Object.assign(body, { owner });
  // The point on the map was that of the former address.
  if (before && before.address !== body.address) Object.assign(body, { location: { lon: 0, lat: 0 } });
  return body;
}
