// A password chosen by a link from a mail: an invitation's, or a forgotten password's.
import { useState } from 'preact/hooks';
import { choosePassword } from '../data/account.js';
import { tokenAddress } from '../lib/api.js';
import { explain } from '../lib/errors.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { checkPassword, SHORTEST } from '../lib/passwords.js';
import { go } from '../lib/router.js';
import { Button, LinkButton } from './button.js';
import { DoorHead, Entrance, Outcome, useFreshStart } from './entrance.js';
import { FormError, PasswordField } from './field.js';

/** @param {{token: string, words: string}} props words: the prefix of its words */
export function NewPassword({ token, words }) {
  const email = tokenAddress(token);
  const [ended, end] = useState(email === '');
  useFreshStart();
  if (ended) {
    return html`<${Entrance}><${Outcome} icon="info-circle" title=${t(`${words}.ended`)} text=${t(`${words}.ended_text`)}>
      <${LinkButton} href="/login">${t('login.to')}<//>
    <//><//>`;
  }
  return html`<${Entrance}><${Choose} token=${token} email=${email} words=${words} onEnded=${() => end(true)} /><//>`;
}

/** @param {{token: string, email: string, words: string, onEnded: () => void}} props */
function Choose({ token, email, words, onEnded }) {
  const form = useForm({
    initial: { password: '' },
    required: ['password'],
    check: ({ password }) => checkPassword(password, 'password'),
    save: async ({ password }) => {
      try {
        await choosePassword(token, email, password);
        go('/', { replace: true });
      } catch (error) {
        const { kind, fields } = explain(error);
        if (fields.token)
          onEnded(); // used, or run out
        else if (kind === 'forbidden') form.fail({}, t('login.inactive'));
        else throw error;
      }
    },
  });
  return html`<form class="form" novalidate onSubmit=${form.submit}>
    <${DoorHead} title=${t(`${words}.title`)} text=${t(`${words}.text`)} />
    <${FormError} form=${form} />
    <${KnownAddress} email=${email} />
    <${PasswordField} form=${form} name="password" label=${t('field.new_password')} autocomplete="new-password" hint=${t('password.hint', { n: SHORTEST })} />
    <${Button} type="submit" primary wide busy=${form.busy}>${t(`${words}.action`)}<//>
  </form>`;
}

/** The address that a link is for: seen, and known to what keeps the reader's passwords. @param {{email: string}} props */
export function KnownAddress({ email }) {
  return html`<div class="field">
    <label for="field-email">${t('field.email')}</label>
    <input id="field-email" class="input" name="email" type="email" value=${email} autocomplete="username" readonly />
  </div>`;
}
