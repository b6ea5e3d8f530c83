// The company: its name, its clocks, its language, and when the digest leaves.

import { changeSettings, readSettings } from '../data/account.js';
import { cityOf } from '../data/zones.js';
import { clockOptions } from '../lib/clocks.js';
import { useFollow } from '../lib/follow.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { LOCALES, locale, t } from '../lib/i18n.js';
import { toast } from '../lib/state.js';
import { Button } from './button.js';
import { FormError, SelectField, TextField } from './field.js';
import { Icon } from './icon.js';
import { Section } from './section.js';
import { ZoneField } from './zone-field.js';

/** @typedef {import('../data/account.js').Company} Company */

/** The fields of the record by the names under which the company's are told. */
const FIELDS = { company_name: 'name', timezone: 'timezone', language: 'locale', digest_time: 'digest_time' };

const LANGUAGES = LOCALES.map((l) => ({ value: l.code, label: l.name }));

/** @param {{data: {company: Company, record: any}, onSaved: (data: any) => void}} props */
export function SettingsCompany({ data: { company, record }, onSaved }) {
  const fixed = Object.fromEntries(Object.entries(FIELDS).map(([field, told]) => [field, company.fixed[told]]));
  const initial = /** @type {Record<string, string>} */ ({
    company_name: company.name,
    timezone: company.timezone,
    language: company.locale,
    digest_time: company.digest_time,
  });
  const form = useForm({
    initial,
    required: Object.keys(FIELDS).filter((field) => !fixed[field]),
    save: async (values) => {
      // No more than was changed here: what another administrator changes meanwhile stays.
      const changed = Object.entries(values).filter(([field, value]) => !fixed[field] && value !== base.current[field]);
      await changeSettings(record.id, Object.fromEntries(changed.map(([field, value]) => [field, value.trim()])));
      return readSettings();
    },
    saved: (saved) => {
      onSaved(saved);
      toast(t('state.saved'));
    },
  });
  const base = useFollow(form, record.updated, initial);
  return html`<${Section} id="company" title=${t('field.company')} text=${t('settings.company_text')}>
    <form class="form setting-body" novalidate onSubmit=${form.submit}>
      <${FormError} form=${form} />
      <${TextField} form=${form} name="company_name" label=${t('settings.name')} autocomplete="organization" maxlength=${120} hint=${t('settings.name_hint')} />
      ${
        fixed.timezone
          ? html`<${Fixed} label=${t('field.zone')} value=${cityOf(company.timezone, locale.value)} note=${company.timezone} variable=${fixed.timezone} />`
          : html`<${ZoneField} form=${form} name="timezone" label=${t('field.zone')} />`
      }
      <div class="pair">
        <${SelectField} form=${form} name="language" label=${t('field.language')} hint=${t('settings.language_hint')} options=${LANGUAGES} />
        <${SelectField} form=${form} name="digest_time" label=${t('settings.digest')} hint=${t('settings.digest_hint')} options=${clockOptions(form.values.digest_time)} />
      </div>
      <div class="setting-actions"><${Button} type="submit" primary busy=${form.busy}>${t('action.save')}<//></div>
    </form>
  <//>`;
}

/** What the environment has fixed: seen, not changed. @param {{label: string, value: string, note: string, variable: string}} props */
function Fixed({ label, value, note, variable }) {
  const [before, after] = t('settings.fixed', { name: '\u0000' }).split('\u0000');
  return html`<div class="field fixed-field">
    <span class="label">${label}</span>
    <p class="fixed-value"><${Icon} name="lock" /><span>${value}</span><span class="muted">${note}</span></p>
    <p class="field-hint">${before}<code>${variable}</code>${after}</p>
  </div>`;
}
