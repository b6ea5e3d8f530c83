// The first administrator sets the instance up, by a link from the console: the company, its mail, its team.
import { useState } from 'preact/hooks';
import { LinkButton } from '../components/button.js';
import { Entrance, Outcome, useFreshStart, useToken } from '../components/entrance.js';
import { SetupCompany } from '../components/setup-company.js';
import { SetupMail } from '../components/setup-mail.js';
import { SetupTeam } from '../components/setup-team.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { go } from '../lib/router.js';
import { atLeast, user } from '../lib/state.js';

/** @param {{query: Record<string, string>}} props step: where it goes on after a reload */
export default function Setup({ query }) {
  useFreshStart();
  return html`<${Entrance}><${Step} step=${query.step ?? ''} /><//>`;
}

/** @param {{step: string}} props */
function Step({ step }) {
  const [used, setUsed] = useState(''); // the token that the server no longer takes
  const token = useToken();
  const to = (/** @type {string} */ next) => go(`/setup?step=${next}`, { replace: next === 'mail' });
  // The administrator has just been made, or has been for long: what follows is open to both.
  if (atLeast('admin')) return step === 'team' ? html`<${SetupTeam} />` : html`<${SetupMail} onDone=${() => to('team')} />`;
  if (user.value) return html`<${Ended} title=${t('setup.done_before')} text=${t('setup.done_before_text')} />`;
  if (used === token && used) return html`<${Ended} title=${t('setup.used')} text=${t('setup.used_text')} />`;
  if (!token) return html`<${Ended} title=${t('setup.no_token')} text=${t('setup.no_token_text')} />`;
  return html`<${SetupCompany} token=${token} onDone=${() => to('mail')} onUsed=${() => setUsed(token)} />`;
}

/** @param {{title: string, text: string}} props */
function Ended({ title, text }) {
  return html`<${Outcome} icon="info-circle" title=${title} text=${text}>
    <${LinkButton} href="/">${t(user.value ? 'nav.today' : 'login.to')}<//>
  <//>`;
}
