// The filters of the log that are not needed every day.

import { eventNamed, FIRST_PAGE, KINDS, searchEvents, searchRecipients } from '../data/office.js';
import { nameOf } from '../data/people.js';
import { CHANNELS } from '../lib/channels.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { setQuery } from '../lib/router.js';
import { LinkButton } from './button.js';
import { Combobox } from './combobox.js';
import { SelectField, TextField } from './field.js';

/** @param {{query: Record<string, string>}} props */
export function DeliveryFilters({ query }) {
  const known = useQuery(`log-names/${query.to ?? ''}/${query.event ?? ''}`, async () => {
    const to = query.to ? await nameOf(query.to.startsWith('c.') ? 'contacts' : 'users', query.to.slice(2)) : null;
    return { to: to && { ...to, value: query.to }, event: await eventNamed(query.event) };
  });
  // The address holds the values: each change goes there at once.
  const form = /** @type {any} */ ({
    values: query,
    errors: {},
    set: (/** @type {string} */ name, /** @type {string} */ value) => setQuery({ [name]: value, ...FIRST_PAGE }),
  });
  const options = (/** @type {string} */ any, /** @type {string[]} */ values, /** @type {string} */ prefix) => [
    { value: '', label: t(any) },
    ...values.map((value) => ({ value, label: t(prefix + value) })),
  ];
  return html`<div class="card log-filters">
    <${SelectField} form=${form} name="channel" label=${t('office.col.channel')} options=${options('office.any_channel', CHANNELS, 'channel.')} />
    <${SelectField} form=${form} name="kind" label=${t('office.kind')} options=${options('office.any_kind', KINDS, 'kind.')} />
    <${Combobox} form=${form} name="to" label=${t('office.recipient')} optional search=${searchRecipients} known=${[known.data?.to].filter(Boolean)} />
    <${Combobox} form=${form} name="event" label=${t('office.event')} optional search=${searchEvents} known=${[known.data?.event].filter(Boolean)} />
    <${TextField} form=${form} name="from" type="date" label=${t('office.from')} />
    <${TextField} form=${form} name="until" type="date" label=${t('office.until')} />
    <${LinkButton} href="/deliveries" icon="x">${t('office.clear')}<//>
  </div>`;
}
