// Somebody is invited, and it is told what became of the mail.
import { useState } from 'preact/hooks';
import { invitationOf, invite, ROLES } from '../data/team.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { LOCALES, locale, t } from '../lib/i18n.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { Fate } from './fate.js';
import { FormError, SelectField, TextField } from './field.js';

/**
 * @typedef {{id: string, name: string, email: string}} Invited
 * @param {{again?: Invited, onClose: () => void, onInvited: () => void}} props again: who has just been sent a new link
 */
export function InviteDialog({ again, onClose, onInvited }) {
  const [invited, setInvited] = useState(/** @type {Invited | null} */ (again ?? null));
  const sent = (/** @type {Invited} */ person) => {
    setInvited(person);
    onInvited();
  };
  return html`<${Dialog} title=${t(invited ? 'people.invite.done_title' : 'people.invite.title')} onClose=${onClose}>
    ${
      invited
        ? html`<${Sent} key=${invited.id} person=${invited} onClose=${onClose} onMore=${again ? null : () => setInvited(null)} />`
        : html`<${InviteForm} onClose=${onClose} onSent=${sent} />`
    }
  <//>`;
}

/** @param {{onClose: () => void, onSent: (person: Invited) => void}} props */
function InviteForm({ onClose, onSent }) {
  const form = useForm({
    initial: { name: '', email: '', role: 'staff', locale: locale.value },
    required: ['name', 'email'],
    save: async ({ name, email, role, locale }) => {
      const person = { name: name.trim(), email: email.trim(), role, locale };
      return { ...person, ...(await invite(person)) };
    },
    saved: onSent,
  });
  return html`<form class="dialog-body form" novalidate onSubmit=${form.submit}>
    <p class="muted">${t('people.invite.text')}</p>
    <${FormError} form=${form} />
    <${TextField} form=${form} name="name" label=${t('field.name')} maxlength=${120} dir="auto" autofocus />
    <${TextField} form=${form} name="email" label=${t('field.email')} type="email" inputmode="email" />
    <div class="pair">
      <${SelectField} form=${form} name="role" label=${t('field.role')} options=${roleOptions()} hint=${t(`people.role_hint.${form.values.role}`)} />
      <${SelectField} form=${form} name="locale" label=${t('field.language')} options=${LOCALES.map((l) => ({ value: l.code, label: l.name }))} />
    </div>
    <div class="dialog-foot">
      <${Button} onClick=${onClose}>${t('action.cancel')}<//>
      <${Button} type="submit" primary icon="send" busy=${form.busy}>${t('people.invite.send')}<//>
    </div>
  </form>`;
}

/** The roles as a choice, the least power first. */
export function roleOptions() {
  return [...ROLES].reverse().map((value) => ({ value, label: t(`role.${value}`) }));
}

/** @param {{person: Invited, onClose: () => void, onMore: (() => void) | null}} props */
function Sent({ person, onClose, onMore }) {
  return html`<div class="dialog-body">
      <p>${t('people.invite.sent', { name: person.name })}</p>
      <${Fate} load=${() => invitationOf(person.id)} to=${person.email} />
      <p class="muted">${t('people.invite.lasts')}</p>
    </div>
    <footer class="dialog-foot">
      ${onMore && html`<${Button} icon="user-plus" onClick=${onMore}>${t('people.invite.more')}<//>`}
      <${Button} primary first onClick=${onClose}>${t('people.done')}<//>
    </footer>`;
}
