// The messages that were kept, as a list to choose from.

import { day, daysBetween, parse, time } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { minute, viewerZone } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { Face } from './badge.js';
import { Icon } from './icon.js';

/** @param {{items: any[], chosen?: string, href: (id: string) => string, fresh: (id: string) => boolean}} props */
export function Letters({ items, chosen, href, fresh }) {
  minute.value; // today becomes yesterday
  return html`<ul class="card letters" aria-label=${t('nav.sandbox')}>
    ${items.map((i) => html`<li key=${i.id} class=${fresh(i.id) ? 'fresh' : ''}><${Row} item=${i} chosen=${i.id === chosen} href=${href(i.id)} /></li>`)}
  </ul>`;
}

/** @param {{item: any, chosen: boolean, href: string}} props */
function Row({ item, chosen, href }) {
  const now = new Date();
  const at = parse(item.kept_at) ?? now;
  const zone = viewerZone.value;
  const who = item.to?.name || item.to?.address || t('recipient.unknown');
  return html`<a class="letter" href=${href} aria-current=${chosen ? 'true' : null}>
    <${Face} name=${who} />
    <span class="letter-body">
      <span class="letter-top"><span class="letter-to" dir="auto">${who}</span>
        <time datetime=${at.toISOString()}>${daysBetween(at, now, zone) === 0 ? time(at, zone, intl()) : day(at, zone, intl(), now)}</time></span>
      <span class="letter-subject"><${Icon} name=${typeIcon(item.channel)} /><span class="sr-only">${t(`channel.${item.channel}`)}: </span>
        <span class="clip" dir="auto" lang=${item.locale || null}>${item.subject || item.text.split('\n')[0]}</span></span>
    </span>
  </a>`;
}
