// The link from a mail proves that somebody reads it.
import { useEffect, useState } from 'preact/hooks';
import { Button, LinkButton } from '../components/button.js';
import { DoorHead, Entrance, Outcome, useFreshStart, useToken } from '../components/entrance.js';
import { verifyAddress } from '../data/account.js';
import { refreshSession } from '../lib/api.js';
import { explain, sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, t } from '../lib/i18n.js';
import { user } from '../lib/state.js';

/** @typedef {import('../lib/errors.js').Problem} Problem */

export default function Verify() {
  const [outcome, setOutcome] = useState(/** @type {'done' | 'ended' | Problem | null} */ (null));
  const token = useToken();
  useFreshStart();
  const verify = async () => {
    setOutcome(null);
    try {
      await verifyAddress(token);
      setOutcome('done');
      refreshSession();
    } catch (error) {
      const problem = explain(error);
      setOutcome(problem.kind === 'invalid' ? 'ended' : problem);
    }
  };
  useEffect(() => {
    verify();
  }, [token]);
  return html`<${Entrance}><${Told} outcome=${outcome} retry=${verify} /><//>`;
}

/** @param {{outcome: 'done' | 'ended' | Problem | null, retry: () => void}} props */
function Told({ outcome, retry }) {
  const on = html`<${LinkButton} href="/">${t(user.value ? 'nav.today' : 'login.to')}<//>`;
  if (!outcome) return html`<${DoorHead} icon="loader-2" title=${t('verify.title')} text=${t('state.loading')} />`;
  if (outcome === 'done')
    return html`<${Outcome} icon="circle-check" tone="good" title=${t('verify.done')} text=${t('verify.done_text')}>${on}<//>`;
  if (outcome === 'ended') return html`<${Outcome} icon="info-circle" title=${t('verify.ended')} text=${t('verify.ended_text')}>${on}<//>`;
  return html`<${Outcome} icon="alert-circle" tone="bad" title=${t('verify.failed')} text=${sentence(outcome, t, has)}>
    <${Button} icon="refresh" onClick=${retry}>${t('action.try_again')}<//>
  <//>`;
}
