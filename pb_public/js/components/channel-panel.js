// One channel: whether it works, how much waits, what went wrong last, how to mend it, and a test.

import { switchOf } from '../lib/channel-settings.js';
import { html } from '../lib/html.js';
import { has, intl, number, t } from '../lib/i18n.js';
import { demo } from '../lib/state.js';
import { channelLook, typeIcon } from '../lib/status.js';
import { Badge } from './badge.js';
import { ChannelCallback } from './channel-callback.js';
import { ChannelNeeds } from './channel-needs.js';
import { ChannelTest } from './channel-test.js';
import { LastError, Pause } from './channel-trouble.js';
import { Figure } from './figure.js';
import { Icon } from './icon.js';
import { SMSMonths } from './sms-months.js';
import { WeChatBound } from './wechat-bound.js';

/**
 * @param {{channel: any, error: any, own: string, bound: boolean, environment: import('../lib/channel-settings.js').Variable[], sms: any}} props
 *   channel: as the status tells it, with what is to be entered at its provider; error: the newest message that met one, or
 *   null; own: the reader's address; bound: whether the reader's WeChat account is; sms: what SMS come to
 */
export function ChannelPanel({ channel, error, own, bound, environment, sms }) {
  const { name, state } = channel;
  const title = `channel-${name}`;
  const wanting = state === 'not_configured' || (state === 'sandbox' && !demo.value);
  return html`<section class="card channel-panel" aria-labelledby=${title}>
    <header class="panel-head">
      <span class="panel-icon"><${Icon} name=${typeIcon(name)} /></span>
      <div class="panel-name"><h2 id=${title}>${t(`channel.${name}`)}</h2><p class="muted">${t(sentenceOf(channel), { provider: providerName(channel.provider) })}</p></div>
      <${Badge} look=${channelLook(channel)} />
    </header>
    <div class=${state === 'not_configured' ? 'panel-body alone' : 'panel-body'}>
      <div class="panel-state">
        ${state === 'paused' && html`<${Pause} channel=${channel} />`}
        ${!channel.enabled && state !== 'not_configured' && html`<p class="panel-note tone-warn"><${Icon} name="ban" /><span>${t('office.channel.off')} <code>${switchOf(name)}=true</code></span></p>`}
        ${state !== 'not_configured' && html`<${Numbers} channel=${channel} /><${LastError} message=${error} />`}
        ${name === 'sms' && sms && state !== 'not_configured' && html`<${SMSMonths} sms=${sms} />`}
        ${name === 'wechat' && state !== 'not_configured' && !demo.value && html`<${WeChatBound} binding=${channel.binding ?? []} />`}
        ${channel.callback_url && html`<${ChannelCallback} channel=${name} address=${channel.callback_url} />`}
        ${wanting && html`<${ChannelNeeds} channel=${channel} environment=${environment} />`}
      </div>
      ${state !== 'not_configured' && html`<${ChannelTest} channel=${name} own=${own} bound=${bound} />`}
    </div>
  </section>`;
}

/** @param {string | undefined} provider */
function providerName(provider = '') {
  const key = `office.provider.${provider}`;
  return has(key) ? t(key) : provider;
}

/** What its state means. @param {any} channel */
function sentenceOf({ name, state }) {
  if (state === 'sandbox') return demo.value ? 'office.channel.demo' : `office.channel.sandbox_${name === 'email' ? 'email' : 'other'}`;
  return `office.channel.${state}`;
}

/** @param {{channel: any}} props */
function Numbers({ channel }) {
  const { name, waiting, lag_seconds: lag, sent, failed } = channel;
  return html`<dl class="panel-numbers">
    <${Figure} label=${t('office.channel.waiting')} value=${number(waiting)} href=${waiting > 0 ? `/deliveries?channel=${name}&status=waiting` : ''} tone="pending" />
    <${Figure} label=${t('office.channel.lag')} value=${duration(lag)} tone="warn" />
    <${Figure} label=${t('office.channel.sent')} value=${number(sent)} tone="good" />
    <${Figure} label=${t('office.channel.failed')} value=${number(failed)} tone="bad" />
  </dl>`;
}

/** "–", "42 s", "3 min", "2 hr": how long the oldest has waited beyond its time. @param {number} seconds */
function duration(seconds) {
  if (seconds < 1) return '–';
  const [value, unit] = seconds < 90 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour'];
  return new Intl.NumberFormat(intl(), { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(value);
}
