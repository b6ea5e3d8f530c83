// The fields of an event that may be left as they are, folded away until one of them is needed.
import { useEffect, useState } from 'preact/hooks';
import { searchContacts, searchPeople } from '../data/people.js';
import { parse, time, wallText, zoneName } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { Combobox } from './combobox.js';
import { DateTimeField, SelectField, TextArea, TextField, ToggleField } from './field.js';
import { Icon } from './icon.js';
import { ZoneField } from './zone-field.js';

/** @typedef {import('../lib/form.js').Form} Form */

const FOLDED = [
  'planned_end_date',
  'location',
  'timezone',
  'contact_person',
  'sales_responsible',
  'assigned_staff',
  'reminder_plan',
  'auto_reminders',
  'description',
  'actual_start_date',
  'actual_end_date',
];

/** @param {{form: Form, event: any, plans: any[], open: boolean}} props */
export function EventDetails({ form, event, plans, open: first }) {
  const [open, setOpen] = useState(first);
  const refused = FOLDED.some((name) => form.errors[name]);
  useEffect(() => {
    if (refused) setOpen(true);
  }, [refused]);
  return html`<details class="card fold form-more" open=${open || refused} onToggle=${(/** @type {any} */ e) => setOpen(e.target.open)}>
    <summary><${Icon} name="chevron-right" /><span>${t('event-form.more')}</span><span class="muted clip">${t('event-form.more_what')}</span></summary>
    <div class="form-card">
      <${Times} form=${form} event=${event} />
      <${TextField} form=${form} name="location" label=${t('event-form.place')} optional maxlength=${500} dir="auto" />
      <${People} form=${form} />
      <${Plan} form=${form} plans=${plans} />
      <${TextArea} form=${form} name="description" label=${t('event-form.about')} rows=${5} />
    </div>
  </details>`;
}

/** @param {{form: Form, event: any}} props */
function Times({ form, event }) {
  const { values } = form;
  const start = parse(values.planned_start_date);
  const began = event && (event.status === 'in_progress' || event.status === 'completed');
  const stays =
    values.zoned &&
    start &&
    t('event-form.zone_stays', { time: time(start, values.timezone, intl()), zone: zoneName(values.timezone, start, intl()) });
  return html`<div class="pair">
      <${DateTimeField} form=${form} name="planned_end_date" label=${t('event-form.end')} zone=${values.timezone} min=${start ? wallText(start, values.timezone) : undefined}
        hint=${values.planned_end_date ? undefined : t('event-form.end_hint')} />
      <div class="zone-part"><${ZoneField} form=${form} name="timezone" label=${t('field.zone')} />${stays && html`<p class="field-hint" role="status">${stays}</p>`}</div>
    </div>
    ${
      began &&
      html`<div class="pair">
      <${DateTimeField} form=${form} name="actual_start_date" label=${t('event-form.actual_start')} zone=${values.timezone} />
      <${DateTimeField} form=${form} name="actual_end_date" label=${t('event-form.actual_end')} zone=${values.timezone} />
    </div>`
    }`;
}

/** @param {{form: Form}} props */
function People({ form }) {
  const { values } = form;
  const known = Object.entries(values.names).map(([value, label]) => ({ value, label }));
  // What is picked is kept by name too, so that a draft can show it.
  const named = (/** @type {any} */ option) => {
    if (option) form.fill({ names: { ...values.names, [option.value]: option.label } });
  };
  const customer = values.made?.id === values.customer ? '' : values.customer;
  return html`<${Combobox} key=${customer} form=${form} name="contact_person" label=${t('event-form.contact')} optional known=${known} onPick=${named}
      search=${(/** @type {string} */ query) => searchContacts(customer, query)} hint=${customer ? '' : t('event-form.contact_hint')} />
    <${Combobox} form=${form} name="sales_responsible" label=${t('event-form.responsible')} known=${known} onPick=${named} search=${searchPeople} />
    <${Combobox} form=${form} name="assigned_staff" label=${t('event-form.team')} many optional known=${known} onPick=${named} search=${searchPeople} />`;
}

/** @param {{form: Form, plans: any[]}} props */
function Plan({ form, plans }) {
  const options = [{ value: '', label: t('event-form.plan_usual') }, ...plans.map((one) => ({ value: one.id, label: one.name }))];
  return html`<${ToggleField} form=${form} name="auto_reminders" label=${t('event-form.auto')} hint=${t('event-form.auto_hint')} />
    ${form.values.auto_reminders && html`<${SelectField} form=${form} name="reminder_plan" label=${t('event-form.plan')} options=${options} />`}`;
}
