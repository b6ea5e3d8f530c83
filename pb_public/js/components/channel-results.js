// The channels of a reminder, each with what came of its messages or, before they leave, with how the channel stands.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { channelResult } from '../lib/reminder-list.js';
import { channelNamed } from '../lib/state.js';
import { channelLook, typeIcon } from '../lib/status.js';
import { Icon } from './icon.js';

/** @param {{reminder: any, deliveries: any[]}} props deliveries of this reminder */
export function ChannelResults({ reminder, deliveries }) {
  const item = (/** @type {string} */ name) => html`<li key=${name} class="rem-channel-result">
    <${Icon} name=${typeIcon(name)} /><span>${t(`channel.${name}`)}</span>
    <${Standing} reminder=${reminder} name=${name} deliveries=${deliveries} />
  </li>`;
  return html`<ul class="rem-channel-results" aria-label=${t('reminders.channels')}>${(reminder.channels ?? []).map(item)}</ul>`;
}

/** @param {{reminder: any, name: string, deliveries: any[]}} props */
function Standing({ reminder, name, deliveries }) {
  const results = channelResult(reminder, name, deliveries);
  if (results)
    return results.map((one) => html`<${State} key=${one.key} look=${one} words=${t(`reminders.count.${one.key}`, { n: one.n })} />`);
  const channel = channelNamed(name);
  if (!channel || reminder.status !== 'pending') return null;
  return html`<${State} look=${channelLook(channel)} words=${t(`reminders.state.${channel.state}`)} />`;
}

/** @param {{look: {tone: string, icon: string}, words: string}} props */
function State({ look, words }) {
  return html`<span class=${`rem-standing tone-${look.tone}`}><${Icon} name=${look.icon} />${words}</span>`;
}
