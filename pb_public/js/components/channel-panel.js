// One channel: whether it works, how much waits, what went wrong last, how to mend it, and a test.

import { standingOf, switchOf } from '../lib/channel-settings.js';
import { moment, parse } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, number, t } from '../lib/i18n.js';
import { demo, minute, viewerZone } from '../lib/state.js';
import { channelLook, typeIcon } from '../lib/status.js';
import { Badge } from './badge.js';
import { ChannelTest } from './channel-test.js';
import { Icon } from './icon.js';
import { When } from './when.js';

/**
 * @param {{channel: any, error: any, own: string, environment: import('../lib/channel-settings.js').Variable[]}} props
 *   channel: as the status tells it; error: the newest message that met one, or null
 */
export function ChannelPanel({ channel, error, own, environment }) {
  const { name, state } = channel;
  const title = `channel-${name}`;
  const wanting = state === 'not_configured' || (state === 'sandbox' && !demo.value);
  return html`<section class="card channel-panel" aria-labelledby=${title}>
    <header class="panel-head">
      <span class="panel-icon"><${Icon} name=${typeIcon(name)} /></span>
      <div class="panel-name"><h2 id=${title}>${t(`channel.${name}`)}</h2><p class="muted">${t(sentenceOf(channel), { provider: channel.provider ?? '' })}</p></div>
      <${Badge} look=${channelLook(channel)} />
    </header>
    <div class=${state === 'not_configured' ? 'panel-body alone' : 'panel-body'}>
      <div class="panel-state">
        ${state === 'paused' && html`<${Pause} channel=${channel} />`}
        ${!channel.enabled && state !== 'not_configured' && html`<p class="panel-note tone-warn"><${Icon} name="ban" /><span>${t('office.channel.off')} <code>${switchOf(name)}=true</code></span></p>`}
        ${state !== 'not_configured' && html`<${Numbers} channel=${channel} /><${LastError} message=${error} />`}
        ${wanting && html`<${Settings} channel=${channel} environment=${environment} />`}
      </div>
      ${state !== 'not_configured' && html`<${ChannelTest} channel=${name} own=${own} />`}
    </div>
  </section>`;
}

/** What its state means. @param {any} channel */
function sentenceOf({ name, state }) {
  if (state === 'sandbox') return demo.value ? 'office.channel.demo' : `office.channel.sandbox_${name === 'email' ? 'email' : 'other'}`;
  return `office.channel.${state}`;
}

/** @param {{channel: any}} props */
function Pause({ channel }) {
  const since = parse(channel.since);
  return html`<div class="panel-pause tone-warn" role="alert">
    <${Icon} name="player-pause" />
    <div>
      ${since && html`<p class="strong">${t('channel.paused_since', { channel: t(`channel.${channel.name}`), time: moment(since, viewerZone.value, intl(), new Date()) })} (<${When} at=${since} />)</p>`}
      ${channel.reason && html`<p lang="en">${channel.reason}</p>`}
      ${channel.hint && html`<p class="panel-mend" lang="en">${channel.hint}</p>`}
      <p>${t('channel.paused_wait')}</p>
    </div>
  </div>`;
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

/** @param {{label: string, value: string, href?: string, tone: string}} props */
function Figure({ label, value, href, tone }) {
  return html`<div class=${`panel-figure tone-${tone}`}><dt><span class="dot"></span>${label}</dt><dd>${href ? html`<a href=${href}>${value}</a>` : value}</dd></div>`;
}

/** "–", "42 s", "3 min", "2 hr": how long the oldest has waited beyond its time. @param {number} seconds */
function duration(seconds) {
  if (seconds < 1) return '–';
  const [value, unit] = seconds < 90 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour'];
  return new Intl.NumberFormat(intl(), { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }).format(value);
}

/** @param {{message: any}} props */
function LastError({ message }) {
  minute.value; // what was today is yesterday
  if (!message) return html`<p class="panel-calm"><${Icon} name="circle-check" />${t('office.channel.no_error')}</p>`;
  const at = parse(message.created) ?? new Date();
  return html`<div class="panel-error">
    <p class="panel-error-head"><span>${t('office.channel.last_error')}</span> <time datetime=${at.toISOString()}>${moment(at, viewerZone.value, intl(), new Date())}</time></p>
    <p class="panel-words" lang="en">${message.error}</p>
    <a href=${`/deliveries?channel=${message.channel}&open=${message.id}`}>${t('office.channel.see_message')}</a>
  </div>`;
}

/** @param {{channel: any, environment: import('../lib/channel-settings.js').Variable[]}} props */
function Settings({ channel, environment }) {
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
