// Whose event it is: found by name, or made by typing a new one.
import { useEffect, useRef, useState } from 'preact/hooks';
import { searchCustomers } from '../data/people.js';
import { withCustomer } from '../lib/event-form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { newId } from '../lib/ids.js';
import { Combobox } from './combobox.js';

/** @typedef {import('./combobox.js').Option & {timezone?: string}} CustomerOption */

const ALIKE = 3;

/**
 * @param {{form: import('../lib/form.js').Form, suggest: import('../lib/event-form.js').Suggest, focus: boolean}} props focus: the form begins here, where there is a keyboard
 */
export function CustomerField({ form, suggest, focus }) {
  const root = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [alike, setAlike] = useState(/** @type {CustomerOption[]} */ ([]));
  const made = useRef(/** @type {{id: string, name: string} | null} */ (null));
  const { customer, names } = form.values;
  const isNew = Boolean(customer) && form.values.made?.id === customer;
  useEffect(() => {
    if (focus && matchMedia('(pointer: fine)').matches) root.current?.querySelector('input')?.focus();
  }, []);

  const picked = (/** @type {CustomerOption | null} */ option) => {
    const fresh = option && option.value === made.current?.id ? made.current : null;
    const chosen = option && { id: option.value, name: option.label, address: option.note, timezone: option.timezone };
    form.fill({ ...withCustomer(form.values, chosen, suggest), made: fresh });
    setAlike([]);
    if (fresh) lookAlike(fresh.name).then(setAlike, () => {});
  };
  const choose = (/** @type {CustomerOption} */ option) => {
    form.set('customer', option.value);
    picked(option);
    root.current?.querySelector('input')?.focus();
  };
  return html`<div class="customer-field" ref=${root}>
    <${Combobox} form=${form} name="customer" label=${t('event-form.customer')} placeholder=${t('event-form.customer_placeholder')} search=${searchCustomers}
      known=${Object.entries(names).map(([value, label]) => ({ value, label }))} onPick=${picked}
      create=${(/** @type {string} */ name) => {
        made.current = { id: newId(), name };
        return { value: made.current.id, label: name };
      }} createLabel=${t('event-form.customer_add')} hint=${isNew ? t('event-form.customer_new', { name: names[customer] }) : ''} />
    ${
      isNew &&
      alike.length > 0 &&
      html`<div class="alike"><span class="field-hint">${t('event-form.customer_alike')}</span>
      ${alike.map((one) => html`<button key=${one.value} type="button" class="chip" dir="auto" onClick=${() => choose(one)}>${one.label}</button>`)}</div>`
    }
  </div>`;
}

/** Customers that may be meant, after all. @param {string} name @returns {Promise<CustomerOption[]>} */
async function lookAlike(name) {
  const words = [name, ...name.split(/\s+/).filter((word) => word.length > 3)];
  const found = (await Promise.all([...new Set(words)].slice(0, 3).map(searchCustomers))).flat();
  return [...new Map(found.map((one) => [one.value, one])).values()].slice(0, ALIKE);
}
