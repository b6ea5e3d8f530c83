// Who one is: the role and the address, and what one may change of it.
import { useState } from 'preact/hooks';
import { changeProfile, requestAddress, requestVerification } from '../data/account.js';
import { cityOf } from '../data/zones.js';
import { useFollow } from '../lib/follow.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { locale, t } from '../lib/i18n.js';
import { toast } from '../lib/state.js';
import { tried } from '../lib/tried.js';
import { Face } from './badge.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { FormError, TextField } from './field.js';
import { Icon } from './icon.js';
import { Section } from './section.js';
import { ZoneField } from './zone-field.js';

/** @param {{me: any, company: import('../data/account.js').Company | null, onSaved: (me: any) => void}} props */
export function ProfileYou({ me, company, onSaved }) {
  const form = useForm({
    initial: { name: me.name, phone: me.phone ?? '', timezone: me.timezone ?? '' },
    required: ['name'],
    save: ({ name, phone, timezone }) => changeProfile({ name: name.trim(), phone: phone.trim(), timezone }),
    saved: (saved) => {
      onSaved(saved);
      toast(t('state.saved'));
    },
  });
  useFollow(form, me.updated);
  return html`<${Section} id="you" title=${t('profile.you')} text=${t('profile.you_text')}>
    <${Identity} me=${me} />
    <form class="form setting-body" novalidate onSubmit=${form.submit}>
      <${FormError} form=${form} />
      <div class="pair">
        <${TextField} form=${form} name="name" label=${t('field.name')} autocomplete="name" maxlength=${120} />
        <${TextField} form=${form} name="phone" type="tel" label=${t('profile.phone')} autocomplete="tel" dir="ltr" optional hint=${t('profile.phone_hint')} />
      </div>
      <${ZoneField} form=${form} name="timezone" label=${t('field.zone')} optional hint=${company ? t('profile.zone_hint', { zone: cityOf(company.timezone, locale.value) }) : ''} />
      <div class="setting-actions"><${Button} type="submit" primary busy=${form.busy}>${t('action.save')}<//></div>
    </form>
  <//>`;
}

/** @param {{me: any}} props */
function Identity({ me }) {
  const [changing, change] = useState(false);
  const manager = me.expand?.manager?.name;
  return html`<div class="identity">
    <${Face} name=${me.name} />
    <div class="identity-words">
      <p class="strong">${me.name}</p>
      <p class="muted">${t(`role.${me.role}`)}${manager && ` · ${t('profile.reports_to', { name: manager })}`}</p>
      <p class="identity-address"><span>${me.email}</span>${!me.verified && html`<${Unverified} />`}</p>
    </div>
    <${Button} icon="mail" onClick=${() => change(true)}>${t('profile.change_address')}<//>
    ${changing && html`<${ChangeAddress} onClose=${() => change(false)} />`}
  </div>`;
}

/** An address that nobody has proven to read yet. */
function Unverified() {
  const send = () =>
    tried(async () => {
      await requestVerification();
      toast(t('profile.verify_sent'));
    });
  return html`<span class="badge tone-warn"><${Icon} name="alert-triangle" /><span>${t('profile.unverified')}</span></span>
    <button type="button" class="account-link" onClick=${send}>${t('profile.verify')}</button>`;
}

/** The new address takes effect by a link that goes there. @param {{onClose: () => void}} props */
function ChangeAddress({ onClose }) {
  const form = useForm({
    initial: { newEmail: '' },
    required: ['newEmail'],
    save: async ({ newEmail }) => {
      await requestAddress(newEmail.trim());
      return newEmail.trim();
    },
    saved: (address) => {
      onClose();
      toast(t('profile.address_sent', { email: address }));
    },
  });
  return html`<${Dialog} title=${t('profile.change_address')} onClose=${onClose}>
    <form class="dialog-body form" novalidate onSubmit=${form.submit}>
      <p class="muted">${t('profile.address_text')}</p>
      <${FormError} form=${form} />
      <${TextField} form=${form} name="newEmail" type="email" label=${t('profile.new_address')} autocomplete="email" autofocus />
      <div class="dialog-foot">
        <${Button} onClick=${onClose}>${t('action.cancel')}<//>
        <${Button} type="submit" primary busy=${form.busy}>${t('profile.address_action')}<//>
      </div>
    </form>
  <//>`;
}
