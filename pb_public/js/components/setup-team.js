// The last step of the set-up: the others. It may be left out; the team has a page of its own.
import { useState } from 'preact/hooks';
import { invite } from '../data/team.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { LOCALES, locale, t } from '../lib/i18n.js';
import { announce, channelNamed } from '../lib/state.js';
import { Button, LinkButton } from './button.js';
import { DoorHead } from './entrance.js';
import { FormError, SelectField, TextField } from './field.js';
import { Icon } from './icon.js';
import { SetupSteps } from './setup-steps.js';

const ROLES = ['manager', 'staff', 'viewer', 'admin'];

export function SetupTeam() {
  const [invited, setInvited] = useState(/** @type {{name: string, email: string}[]} */ ([]));
  const form = useForm({
    initial: { name: '', email: '', role: 'staff', locale: locale.peek() },
    required: ['name', 'email'],
    save: async ({ name, email, role, locale: language }) => {
      await invite({ name: name.trim(), email: email.trim(), role, locale: language });
      return { name: name.trim(), email: email.trim() };
    },
    saved: (one) => {
      setInvited((all) => [...all.filter((other) => other.email !== one.email), one]);
      form.fill({ name: '', email: '' });
      announce(t('setup.invited', { email: one.email }));
      document.getElementById('field-name')?.focus();
    },
  });
  const some = invited.length > 0;
  return html`<div class="form">
    <${SetupSteps} at="team" />
    <${DoorHead} title=${t('setup.team')} text=${t('setup.team_text')} />
    ${some && html`<${Invited} people=${invited} />`}
    <form class="form" novalidate onSubmit=${form.submit}>
      <${FormError} form=${form} />
      <${TextField} form=${form} name="name" label=${t('field.name')} maxlength=${120} />
      <${TextField} form=${form} name="email" type="email" label=${t('field.email')} />
      <div class="pair">
        <${SelectField} form=${form} name="locale" label=${t('field.language')} options=${LOCALES.map((l) => ({ value: l.code, label: l.name }))} />
        <${SelectField} form=${form} name="role" label=${t('field.role')} options=${ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
      </div>
      <p class="field-hint">${t(`setup.role.${form.values.role}`)}</p>
      <${Button} type="submit" icon="user-plus" wide primary=${!some} busy=${form.busy}>${t('setup.invite')}<//>
    </form>
    <${LinkButton} href="/" primary=${some}>${t(some ? 'setup.finish' : 'setup.skip')}<//>
  </div>`;
}

/** @param {{people: {name: string, email: string}[]}} props */
function Invited({ people }) {
  const kept = channelNamed('email')?.state === 'sandbox';
  return html`<ul class="setup-invited">${people.map(
    (one) => html`<li key=${one.email}>
    <${Icon} name="check" /><span>${t(kept ? 'setup.invited_kept' : 'setup.invited', { email: one.email })}</span>
  </li>`,
  )}</ul>`;
}
