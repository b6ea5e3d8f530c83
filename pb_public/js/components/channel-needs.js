// What the operator has to set for a channel, and what of it is missing.
import { standingOf, switchOf } from '../lib/channel-settings.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Icon } from './icon.js';

/** @typedef {import('../lib/channel-settings.js').Variable} Variable */

/** @param {{channel: any, environment: Variable[]}} props */
export function ChannelNeeds({ channel, environment }) {
  const all = standingOf(channel.name, environment);
  if (!channel.enabled) all.push({ name: switchOf(channel.name), set: environment.find((v) => v.name === switchOf(channel.name))?.set });
  return html`<div class="panel-settings">
    <p>${t(`office.channel.set_${channel.name}`)}</p>
    <ul class="panel-variables">${all.map(
      (v) => html`<li key=${v.name}>
      ${v.set !== undefined && html`<span class=${v.set ? 'tone-good' : 'tone-quiet'}><${Icon} name=${v.set ? 'check' : 'circle-dashed'} /><span class="sr-only">${t(v.set ? 'office.channel.is_set' : 'office.channel.not_set')}: </span></span>`}
      <code>${v.name}</code>
    </li>`,
    )}</ul>
    <p class="muted">${t('office.channel.doctor')} <code>tminus doctor</code></p>
  </div>`;
}
