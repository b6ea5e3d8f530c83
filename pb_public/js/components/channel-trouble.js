// What stopped a channel, and what it met last.
import { moment, parse } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, locale, t } from '../lib/i18n.js';
import { mendWords, told } from '../lib/reasons.js';
import { minute, viewerZone } from '../lib/state.js';
import { CauseWords } from './causes.js';
import { Icon } from './icon.js';
import { When } from './when.js';

/** @param {{channel: any}} props */
export function Pause({ channel }) {
  const since = parse(channel.since);
  return html`<div class="panel-pause tone-warn" role="alert">
    <${Icon} name="player-pause" />
    <div>
      ${since && html`<p class="strong">${t('channel.paused_since', { channel: t(`channel.${channel.name}`), time: moment(since, viewerZone.value, intl(), new Date()) })} (<${When} at=${since} />)</p>`}
      ${channel.reason && html`<${CauseWords} cause=${told(channel.reason)} />`}
      <${Mend} reason=${channel.reason ?? ''} hint=${channel.hint ?? ''} />
      <p>${t('channel.paused_wait')}</p>
    </div>
  </div>`;
}

/** The server's hint knows the provider, but it is in English: other readers are told in their language first. @param {{reason: string, hint: string}} props */
function Mend({ reason, hint }) {
  const ours = locale.value === 'en' && hint ? '' : mendWords(reason);
  return html`${ours && html`<p class="panel-mend">${ours}</p>`}${hint && html`<p class=${ours ? 'cause-theirs' : 'panel-mend'} lang="en">${hint}</p>`}`;
}

/** @param {{message: any}} props the newest that met an error; null if none did */
export function LastError({ message }) {
  minute.value; // what was today is yesterday
  if (!message) return html`<p class="panel-calm"><${Icon} name="circle-check" />${t('office.channel.no_error')}</p>`;
  const at = parse(message.created) ?? new Date();
  return html`<div class="panel-error">
    <p class="panel-error-head"><span>${t('office.channel.last_error')}</span> <time datetime=${at.toISOString()}>${moment(at, viewerZone.value, intl(), new Date())}</time></p>
    <${CauseWords} cause=${told(message.error)} />
    <a href=${`/deliveries?channel=${message.channel}&open=${message.id}`}>${t('office.channel.see_message')}</a>
  </div>`;
}
