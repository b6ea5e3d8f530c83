// The filters of the list that are not needed every day.

import { TYPES } from '../data/events.js';
import { nameOf, searchCustomers, searchPeople } from '../data/people.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { setQuery } from '../lib/router.js';
import { LinkButton } from './button.js';
import { Combobox } from './combobox.js';
import { SelectField, TextField } from './field.js';

/** @param {{query: Record<string, string>}} props */
export function EventFilters({ query }) {
  const known = useQuery(`names/${query.person ?? ''}/${query.customer ?? ''}`, async () => ({
    person: await nameOf('users', query.person),
    customer: await nameOf('customers', query.customer),
  }));
  // The address holds the values: each change goes there at once.
  const form = /** @type {any} */ ({
    values: query,
    errors: {},
    set: (/** @type {string} */ name, /** @type {string} */ value) => setQuery({ [name]: value, page: '' }),
  });
  const types = [{ value: '', label: t('events.any_type') }, ...TYPES.map((value) => ({ value, label: t(`type.${value}`) }))];
  return html`<div class="card filters">
    <${SelectField} form=${form} name="type" label=${t('events.type')} options=${types} />
    <${Combobox} form=${form} name="person" label=${t('events.person')} optional search=${searchPeople} known=${[known.data?.person].filter(Boolean)} />
    <${Combobox} form=${form} name="customer" label=${t('events.customer')} optional search=${searchCustomers} known=${[known.data?.customer].filter(Boolean)} />
    <${TextField} form=${form} name="from" type="date" label=${t('events.from')} />
    <${TextField} form=${form} name="to" type="date" label=${t('events.to')} />
    <${LinkButton} href="/events" icon="x">${t('events.clear')}<//>
  </div>`;
}
