// Signing in by a provider's account: those that are switched on in the dashboard.
import { useState } from 'preact/hooks';
import { enterByProvider, firstProof } from '../data/account.js';
import { explain, sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, t } from '../lib/i18n.js';
import { Button } from './button.js';
import { Icon } from './icon.js';

/** @type {Record<string, string>} */
const ICONS = { apple: 'brand-apple', github: 'brand-github', google: 'brand-google', microsoft: 'brand-windows', wechat: 'brand-wechat' };

/** @param {{providers: import('../data/account.js').Provider[], prove: (email: string, proof: string) => void}} props */
export function ProviderButtons({ providers, prove }) {
  const [open, setOpen] = useState('');
  const [problem, setProblem] = useState('');
  const enter = async (/** @type {import('../data/account.js').Provider} */ provider) => {
    setOpen(nameOf(provider));
    setProblem('');
    try {
      await enterByProvider(provider.name);
    } catch (error) {
      const proof = firstProof(error);
      if (proof) prove('', proof);
      else setProblem(refusal(error, provider));
    }
    setOpen('');
  };
  // A window that was closed tells nothing: the buttons stay, so that one can begin again.
  return html`<div class="door-providers">
    ${providers.map((one) => html`<${Button} key=${one.name} wide icon=${ICONS[one.name] ?? 'login'} onClick=${() => enter(one)}>${t('login.with', { name: nameOf(one) })}<//>`)}
    <div role="status">${open && html`<p class="field-hint">${t('login.window', { name: open })}</p>`}</div>
    <div role="alert">${problem && html`<p class="form-error"><${Icon} name="alert-circle" /><span>${problem}</span></p>`}</div>
  </div>`;
}

/** WeChat is called otherwise in Chinese. @param {import('../data/account.js').Provider} provider */
const nameOf = ({ name, displayName }) => (name === 'wechat' ? t('channel.wechat') : displayName);

/** @param {any} error @param {import('../data/account.js').Provider} provider */
function refusal(error, provider) {
  const problem = explain(error);
  const name = nameOf(provider);
  if (problem.kind === 'forbidden') return t(provider.name === 'wechat' ? 'login.no_wechat' : 'login.no_account');
  if (problem.kind === 'invalid' || problem.kind === 'offline') return t('login.with_failed', { name });
  return sentence(problem, t, has);
}
