// The first step of the set-up: the administrator and the company.

import { setUp } from '../data/account.js';
import { localZone } from '../lib/dates.js';
import { explain } from '../lib/errors.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { LOCALES, locale, t } from '../lib/i18n.js';
import { checkPassword } from '../lib/passwords.js';
import { Button } from './button.js';
import { DoorHead } from './entrance.js';
import { FormError, PasswordField, SelectField, TextField } from './field.js';
import { SetupSteps } from './setup-steps.js';
import { ZoneField } from './zone-field.js';

/** The dashboard's account, which is made as well, asks for more than a person's. */
const SHORTEST = 10;

/** @param {{token: string, onDone: () => void, onUsed: () => void}} props */
export function SetupCompany({ token, onDone, onUsed }) {
  const form = useForm({
    initial: { name: '', email: '', password: '', company_name: '', language: locale.peek(), timezone: localZone() },
    required: ['name', 'email', 'password', 'company_name', 'timezone'],
    check: ({ password }) => checkPassword(password, 'password', SHORTEST),
    save: async ({ name, email, password, company_name, language, timezone }) => {
      try {
        await setUp({ token, name: name.trim(), email: email.trim(), password, company_name: company_name.trim(), language, timezone });
        onDone();
      } catch (error) {
        if (explain(error).kind !== 'forbidden') throw error;
        onUsed();
      }
    },
  });
  return html`<form class="form" novalidate onSubmit=${form.submit}>
    <${SetupSteps} at="company" />
    <${DoorHead} title=${t('setup.title')} text=${t('setup.text')} />
    <${FormError} form=${form} />
    <${TextField} form=${form} name="name" label=${t('field.your_name')} autocomplete="name" maxlength=${120} />
    <${TextField} form=${form} name="email" type="email" label=${t('field.email')} autocomplete="username" />
    <${PasswordField} form=${form} name="password" label=${t('field.password')} autocomplete="new-password" hint=${t('password.hint', { n: SHORTEST })} />
    <${TextField} form=${form} name="company_name" label=${t('field.company')} autocomplete="organization" maxlength=${120} hint=${t('setup.company_hint')} />
    <${SelectField} form=${form} name="language" label=${t('field.language')} hint=${t('setup.language_hint')} options=${LOCALES.map((l) => ({ value: l.code, label: l.name }))} />
    <${ZoneField} form=${form} name="timezone" label=${t('field.zone')} />
    <${Button} type="submit" primary wide busy=${form.busy}>${t('setup.action')}<//>
  </form>`;
}
