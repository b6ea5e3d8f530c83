// The session has ended while a page was open: the page stays as it is, with all that was typed, and asks for the password.

import { pb, signIn, signOut } from '../lib/api.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { user } from '../lib/state.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { FormError, PasswordField } from './field.js';

export function SignInAgain() {
  const email = pb.authStore.record?.email ?? user.value?.email ?? '';
  const form = useForm({
    initial: { password: '' },
    required: ['password'],
    save: async ({ password }) => {
      try {
        await signIn(email, password);
      } catch (/** @type {any} */ error) {
        if (error?.status === 400) form.fail({ password: t('session.wrong') });
        else throw error;
      }
    },
  });
  return html`<${Dialog} title=${t('session.ended')} firm onClose=${() => {}}>
    <form class="dialog-body form" novalidate onSubmit=${form.submit}>
      <p class="muted">${t('session.kept')}</p>
      <${FormError} form=${form} />
      <input type="email" class="input" autocomplete="username" value=${email} readonly aria-label=${t('field.email')} />
      <${PasswordField} form=${form} name="password" label=${t('field.password')} />
      <div class="dialog-foot">
        <${Button} onClick=${signOut}>${t('action.sign_out')}<//>
        <${Button} type="submit" primary busy=${form.busy}>${t('session.sign_in')}<//>
      </div>
    </form>
  <//>`;
}
