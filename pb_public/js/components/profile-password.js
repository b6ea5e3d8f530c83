// A new password. It ends every session; this one begins anew by itself.

import { changePassword } from '../data/account.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { checkPassword, SHORTEST } from '../lib/passwords.js';
import { toast } from '../lib/state.js';
import { Button } from './button.js';
import { FormError, PasswordField } from './field.js';
import { Section } from './section.js';

/** @param {{me: any}} props */
export function ProfilePassword({ me }) {
  const form = useForm({
    initial: { oldPassword: '', password: '' },
    required: ['oldPassword', 'password'],
    check: ({ password }) => checkPassword(password, 'password'),
    save: ({ oldPassword, password }) => changePassword(oldPassword, password),
    saved: () => {
      form.reset();
      toast(t('profile.password_done'));
    },
  });
  return html`<${Section} id="password" title=${t('profile.password')} text=${t('profile.password_text')}>
    <form class="form setting-body" novalidate onSubmit=${form.submit}>
      <${FormError} form=${form} />
      <input class="sr-only" type="email" autocomplete="username" value=${me.email} readonly tabindex="-1" aria-hidden="true" />
      <div class="pair">
        <${PasswordField} form=${form} name="oldPassword" label=${t('profile.old_password')} />
        <${PasswordField} form=${form} name="password" label=${t('field.new_password')} autocomplete="new-password" hint=${t('password.hint', { n: SHORTEST })} />
      </div>
      <div class="setting-actions"><${Button} type="submit" busy=${form.busy}>${t('profile.password_action')}<//></div>
    </form>
  <//>`;
}
