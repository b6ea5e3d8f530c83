// One kept message, as its reader would see it: a mail, an SMS on a phone, or a WeChat notice.

import { longDay, parse, time } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { has, intl, t } from '../lib/i18n.js';
import { viewerZone } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { Choice } from './button.js';
import { Icon } from './icon.js';
import { MailView } from './mail-view.js';

/** @param {{item: any, back: string, formatted: boolean, onFormat: (formatted: boolean) => void}} props back: the address of the list, shown on a phone */
export function Letter({ item, back, formatted, onFormat }) {
  const at = parse(item.kept_at) ?? new Date();
  const kind = `kind.${item.kind}`;
  return html`<article class="card kept-message" aria-labelledby="subject">
    <a class="back kept-message-back" href=${back}><${Icon} name="arrow-left" />${t('nav.sandbox')}</a>
    <header class="kept-message-head">
      <h2 id="subject" tabindex="-1" dir="auto" lang=${item.locale || null}>${item.subject || item.text.split('\n')[0]}</h2>
      <dl class="kept-message-facts">
        <dt>${t('office.col.to')}</dt><dd><span dir="auto">${item.to?.name}</span> <span class="muted">${item.to?.address}</span></dd>
        <dt>${t('office.letter.by')}</dt><dd><span class="with-icon"><${Icon} name=${typeIcon(item.channel)} />${t(`channel.${item.channel}`)}</span>${has(kind) && html`<span class="muted"> · ${t(kind)}</span>`}</dd>
        <dt>${t('office.letter.at')}</dt><dd>${longDay(at, viewerZone.value, intl())} ${time(at, viewerZone.value, intl(), true)}</dd>
      </dl>
      <p class="kept-line"><${Icon} name="inbox" /><span>${t('office.letter.kept')}</span></p>
      ${
        item.html &&
        html`<${Choice} label=${t('office.letter.view')} value=${formatted ? 'html' : 'text'} onChange=${(/** @type {string} */ to) => onFormat(to === 'html')}
        options=${[{ value: 'html', label: t('office.letter.formatted') }, { value: 'text', label: t('office.letter.text') }]} />`
      }
    </header>
    ${
      item.html && formatted
        ? html`<${MailView} message=${item} />`
        : item.channel === 'email'
          ? html`<div class="kept-message-text" lang=${item.locale || null} dir="auto">${item.text}</div>`
          : html`<${Handset} item=${item} at=${at} />`
    }
  </article>`;
}

/** The screen of a phone on which the message has come. @param {{item: any, at: Date}} props */
function Handset({ item, at }) {
  const [title, ...lines] = item.text.split('\n');
  return html`<div class="letter-ground">
    <div class="letter-phone" lang=${item.locale || null}>
      <p class="letter-phone-head"><${Icon} name=${typeIcon(item.channel)} /><span class="clip">${t(`channel.${item.channel}`)}</span></p>
      <p class="letter-phone-time">${time(at, viewerZone.value, intl())}</p>
      ${
        item.channel === 'wechat'
          ? html`<div class="letter-notice" dir="auto"><p class="letter-notice-title">${title}</p>${lines.map((/** @type {string} */ one, /** @type {number} */ i) => html`<p key=${i}>${one}</p>`)}</div>`
          : html`<p class="letter-bubble" dir="auto">${item.text}</p>`
      }
    </div>
  </div>`;
}
