// The address at which a provider tells what became of messages: to be entered at the provider's.
import { useRef, useState } from 'preact/hooks';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { announce } from '../lib/state.js';
import { Button } from './button.js';
import { Icon } from './icon.js';

/** @param {{channel: string, address: string}} props */
export function ChannelCallback({ channel, address }) {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [copied, setCopied] = useState(false);
  const id = `callback-${channel}`;
  const copy = async () => {
    field.current?.select(); // where the browser refuses, only the keys for copying are left to press
    try {
      await navigator.clipboard.writeText(address);
      setCopied(true);
      announce(t('office.callback.copied'));
    } catch {
      field.current?.focus();
    }
  };
  return html`<div class="panel-callback">
    <label for=${id}>${t('office.callback')}</label>
    <div class="panel-copy">
      <input class="input" id=${id} ref=${field} type="text" readonly value=${address} dir="ltr" aria-describedby=${`${id}-hint`} />
      <${Button} icon=${copied ? 'check' : 'copy'} onClick=${copy}>${t(copied ? 'office.callback.copied' : 'office.callback.copy')}<//>
    </div>
    <p class="field-hint" id=${`${id}-hint`}>${t(`office.callback.${channel}`)}</p>
    ${!address.startsWith('https:') && html`<p class="panel-note tone-warn"><${Icon} name="alert-triangle" /><span>${t('office.callback.not_https')} <code>PUBLIC_URL</code></span></p>`}
  </div>`;
}
