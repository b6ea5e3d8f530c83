// The second step of the set-up: whether mail leaves, and what to set where it does not.
import { useState } from 'preact/hooks';
import { readDelivery, testChannel } from '../data/office.js';
import { readChannels } from '../lib/api.js';
import { deliveryLook } from '../lib/deliveries.js';
import { explain, sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, t } from '../lib/i18n.js';
import { channelNamed, channels, user } from '../lib/state.js';
import { channelLook } from '../lib/status.js';
import { Badge } from './badge.js';
import { Button } from './button.js';
import { DoorHead } from './entrance.js';
import { useFate } from './fate.js';
import { Icon } from './icon.js';
import { SetupSteps } from './setup-steps.js';
import { Skeleton } from './states.js';

const VARIABLES = ['EMAIL_HOST', 'EMAIL_PORT', 'EMAIL_HOST_USER', 'EMAIL_HOST_PASSWORD', 'DEFAULT_FROM_EMAIL'];

/** @param {{onDone: () => void}} props */
export function SetupMail({ onDone }) {
  return html`<div class="form">
    <${SetupSteps} at="mail" />
    <${DoorHead} title=${t('setup.mail')} text=${t('setup.mail_text')} />
    ${channels.value.length === 0 ? html`<${Skeleton} kind="block" />` : html`<${MailState} /><${MailTest} />`}
    <${Button} primary wide onClick=${onDone}>${t('setup.next')}<//>
  </div>`;
}

function MailState() {
  const email = channelNamed('email');
  const state = email?.state ?? 'not_configured';
  return html`<div class="setup-mail">
    <p class="setup-mail-head"><span class="with-icon"><${Icon} name="mail" />${t('channel.email')}</span><${Badge} look=${channelLook(email)} /></p>
    <p>${t(`setup.mail.${state}`)}</p>
    ${state === 'paused' && email && html`<p class="strong">${email.reason}</p><p>${email.hint}</p>`}
    ${
      state !== 'ready' &&
      state !== 'paused' &&
      html`<p class="field-hint">${t('setup.mail_how')}</p>
      <ul class="setup-variables">${VARIABLES.map((name) => html`<li key=${name}><code>${name}</code></li>`)}</ul>`
    }
  </div>`;
}

/** A message to oneself, followed until something has come of it. */
function MailTest() {
  const [id, setId] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const send = async () => {
    setBusy(true);
    setId('');
    setProblem('');
    try {
      setId((await testChannel('email', '')).delivery);
    } catch (error) {
      setProblem(sentence(explain(error), t, has));
    }
    setBusy(false);
  };
  return html`<div class="setup-test">
    <${Button} wide icon="send" busy=${busy} onClick=${send}>${t('setup.mail_test')}<//>
    <div role="status">${id && html`<${Result} key=${id} id=${id} />`}</div>
    <div role="alert">${problem && html`<p class="form-error"><${Icon} name="alert-circle" /><span>${problem}</span></p>`}</div>
  </div>`;
}

/** @type {Record<string, string>} */
const WORDS = { sent: 'setup.test_sent', delivered: 'setup.test_sent', kept: 'setup.test_kept', failed: 'setup.test_failed' };

/** @param {{id: string}} props of the delivery */
function Result({ id }) {
  const { delivery, problem } = useFate(async () => {
    const found = await readDelivery(id);
    readChannels(); // what becomes of it tells whether mail works
    return found;
  });
  if (!delivery) return problem && html`<p class="field-hint">${problem}</p>`;
  const look = deliveryLook(delivery);
  const state = look.key.replace('delivery.', '');
  const words = WORDS[state] ?? (delivery.error ? 'setup.test_again' : 'setup.test_waiting');
  return html`<div class=${`setup-result tone-${look.tone}`}>
    <p><${Badge} look=${look} spin=${state === 'sending'} /></p>
    <p>${t(words, { email: user.value?.email ?? '' })}${state === 'kept' && html` <a href="/sandbox" target="_blank">${t('sandbox.open')}</a>`}</p>
    ${delivery.error && html`<p class="setup-words">${delivery.error}</p>`}
  </div>`;
}
