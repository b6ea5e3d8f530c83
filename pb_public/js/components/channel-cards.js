// The channels as large cards to tick, each with its state: nobody chooses one without knowing what becomes of the message.

import { CHANNELS } from '../lib/channels.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { money } from '../lib/money.js';
import { reasonWords } from '../lib/reasons.js';
import { channelNamed } from '../lib/state.js';
import { channelLook, typeIcon } from '../lib/status.js';
import { Badge } from './badge.js';
import { Field } from './field.js';
import { Icon } from './icon.js';

/** @typedef {{words: string, tone: 'warn' | 'quiet'}} Note */

/** @param {{form: import('../lib/form.js').Form, sms: import('./sms-sums.js').SMS[]}} props sms: what the SMS would be, one for each language of the readers */
export function ChannelCards({ form, sms }) {
  const chosen = /** @type {string[]} */ (form.values.channels ?? []);
  const flip = (/** @type {string} */ name) =>
    form.set(
      'channels',
      CHANNELS.filter((one) => (one === name ? !chosen.includes(one) : chosen.includes(one))),
    );
  const card = (
    /** @type {string} */ name,
  ) => html`<${ChannelCard} key=${name} name=${name} chosen=${chosen.includes(name)} flip=${() => flip(name)}
    invalid=${name === CHANNELS[0] && !!form.errors.channels} note=${name === 'sms' ? smsNote(sms) : null} />`;
  return html`<${Field} form=${form} name="channels" label=${t('reminders.channels')} group>
    <div class="rem-channel-cards">${CHANNELS.map(card)}</div>
  <//>`;
}

/** What the SMS come to together, where that is more than a part each or a price is known. @param {import('./sms-sums.js').SMS[]} sms @returns {Note | null} */
function smsNote(sms) {
  const parts = Math.max(0, ...sms.map((one) => one.parts));
  const each = parts > 1 ? t('reminders.sms_each', { n: parts }) : '';
  const priced = sms.length > 0 && sms.every((one) => one.cost || !one.recipients);
  const cost = priced ? sms.reduce((sum, one) => sum + (one.cost ?? 0), 0) : 0;
  const all = cost > 0 ? `≈ ${money(cost, sms[0].currency ?? '')}` : '';
  return each || all ? { words: [each, all].filter(Boolean).join(' · '), tone: each ? 'warn' : 'quiet' } : null;
}

/**
 * What the server does with a new reminder by this channel.
 * @param {string} name
 * @returns {{state: string, look: import('../lib/status.js').Look, usable: boolean, text: string, reason?: string}}
 */
function standing(name) {
  const channel = channelNamed(name);
  if (!channel) return { state: 'unknown', look: channelLook(undefined), usable: true, text: '' };
  if (!channel.enabled && channel.state !== 'not_configured') {
    return { state: 'off', look: { ...channelLook(undefined), icon: 'bell-off' }, usable: false, text: t('reminders.channel_text.off') };
  }
  return {
    state: channel.state,
    look: channelLook(channel),
    usable: channel.enabled,
    text: t(`reminders.channel_text.${channel.state}`),
    reason: channel.state === 'paused' ? channel.reason : '',
  };
}

/** @param {{name: string, chosen: boolean, invalid: boolean, note: Note | null, flip: () => void}} props */
function ChannelCard({ name, chosen, invalid, note, flip }) {
  const { state, look, usable, text, reason } = standing(name);
  const id = `channel-${name}`;
  return html`<div class=${`rem-channel-card${chosen ? ' rem-chosen' : ''}${usable || chosen ? '' : ' rem-unusable'}`}>
    <input type="checkbox" id=${id} name="channels" value=${name} checked=${chosen} disabled=${!usable && !chosen} aria-invalid=${invalid ? 'true' : null}
      aria-describedby=${`${id}-state`} onChange=${flip} />
    <label for=${id}><${Icon} name=${typeIcon(name)} /><span>${t(`channel.${name}`)}</span></label>
    <div class="rem-channel-state" id=${`${id}-state`}>
      ${state !== 'unknown' && html`<${Badge} look=${look} word=${t(`reminders.state.${state}`)} />`}
      ${reason && html`<p class="field-hint">${reasonWords(reason)}</p>`}
      ${text && html`<p class="field-hint">${text}</p>`}
      ${note && chosen && html`<p class=${`rem-channel-note tone-${note.tone}`}><${Icon} name=${note.tone === 'warn' ? 'alert-triangle' : 'info-circle'} />${note.words}</p>`}
    </div>
  </div>`;
}
