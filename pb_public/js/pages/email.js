// The link from a mail to a new address: with the password it becomes the address that one signs in by.
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '../components/button.js';
import { DoorHead, Entrance, Outcome, useFreshStart, useToken } from '../components/entrance.js';
import { FormError, PasswordField } from '../components/field.js';
import { KnownAddress } from '../components/new-password.js';
import { confirmAddress } from '../data/account.js';
import { tokenAddress } from '../lib/api.js';
import { explain } from '../lib/errors.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { go } from '../lib/router.js';
import { toast, user } from '../lib/state.js';

export default function Email() {
  const token = useToken();
  return html`<${Entrance}><${Change} key=${token} token=${token} /><//>`;
}

/** @param {{token: string}} props */
function Change({ token }) {
  const address = tokenAddress(token, 'newEmail');
  const [ended, end] = useState(address === '');
  useFreshStart();
  if (ended) {
    return html`<${Outcome} icon="info-circle" title=${t('address.ended')} text=${t('address.ended_text')}>
      <${LinkButton} href="/">${t(user.value ? 'nav.today' : 'login.to')}<//>
    <//>`;
  }
  return html`<${Confirm} token=${token} address=${address} onEnded=${() => end(true)} />`;
}

/** @param {{token: string, address: string, onEnded: () => void}} props */
function Confirm({ token, address, onEnded }) {
  const form = useForm({
    initial: { password: '' },
    required: ['password'],
    save: async ({ password }) => {
      try {
        await confirmAddress(token, address, password);
        toast(t('address.done', { email: address }));
        go('/profile', { replace: true });
      } catch (error) {
        const { fields } = explain(error);
        if (fields.token)
          onEnded(); // used, or run out
        else if (fields.password) form.fail({ password: t('session.wrong') });
        else throw error;
      }
    },
  });
  return html`<form class="form" novalidate onSubmit=${form.submit}>
    <${DoorHead} title=${t('address.title')} text=${t('address.text')} />
    <${FormError} form=${form} />
    <${KnownAddress} email=${address} />
    <${PasswordField} form=${form} name="password" label=${t('field.password')} />
    <${Button} type="submit" primary wide busy=${form.busy}>${t('address.action')}<//>
  </form>`;
}
