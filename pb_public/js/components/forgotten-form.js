// A new password by mail. The answer is the same whether or not there is an account: it tells nobody who has one.
import { useState } from 'preact/hooks';
import { requestPasswordReset } from '../data/account.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Button } from './button.js';
import { DoorHead, Outcome } from './entrance.js';
import { FormError, TextField } from './field.js';
import { useFirstFocus } from './password-form.js';

/** @param {{door: import('./password-form.js').Door}} props */
export function ForgottenForm({ door }) {
  const [sent, setSent] = useState('');
  const form = useForm({
    initial: { email: door.email },
    required: ['email'],
    save: async ({ email }) => {
      await requestPasswordReset(email.trim());
      return email.trim();
    },
    saved: setSent,
  });
  const back = () => door.turn('password', form.values.email);
  useFirstFocus('email');
  if (sent) {
    return html`<${Outcome} icon="mail-forward" tone="good" title=${t('forgotten.sent')} text=${t('forgotten.sent_text', { email: sent })}>
      <p class="field-hint">${t('forgotten.nothing')}</p>
      <${Button} wide onClick=${back}>${t('login.back')}<//>
    <//>`;
  }
  return html`<form class="form" novalidate onSubmit=${form.submit}>
    <${DoorHead} title=${t('forgotten.title')} text=${t('forgotten.text')} />
    <${FormError} form=${form} />
    <${TextField} form=${form} name="email" type="email" label=${t('field.email')} autocomplete="username" />
    <${Button} type="submit" primary wide busy=${form.busy}>${t('forgotten.action')}<//>
    <button type="button" class="door-link" onClick=${back}>${t('login.back')}</button>
  </form>`;
}
