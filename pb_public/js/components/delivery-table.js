// Messages as a table: when, to whom, what, by which way, and what came of it. On a phone each is two lines.

import { daysBetween, parse, shortDay, time } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { viewerZone } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { DeliveryBadge } from './delivery-badge.js';
import { DeliveryNotes, recipientOf } from './delivery-notes.js';
import { Icon } from './icon.js';

const HEADS = ['when', 'to', 'message', 'channel', 'outcome'];

/** @param {{deliveries: any[], href: (id: string) => string, fresh: (id: string) => boolean}} props href: the address that opens one; fresh: whether it has just come */
export function DeliveryTable({ deliveries, href, fresh }) {
  return html`<table class="card rows log-table" role="table">
    <thead role="rowgroup"><tr role="row">
      ${HEADS.map((name) => html`<th key=${name} role="columnheader" scope="col" class=${`log-${name}`}>${t(`office.col.${name}`)}</th>`)}
    </tr></thead>
    <tbody role="rowgroup">${deliveries.map((d) => html`<${Row} key=${d.id} delivery=${d} href=${href(d.id)} fresh=${fresh(d.id)} />`)}</tbody>
  </table>`;
}

/** @param {{delivery: any, href: string, fresh: boolean}} props */
function Row({ delivery: d, href, fresh }) {
  const now = new Date();
  const at = parse(d.created) ?? now;
  const zone = viewerZone.value;
  const who = recipientOf(d);
  const event = d.expand?.event;
  return html`<tr role="row" class=${fresh ? 'row-item fresh' : 'row-item'}>
    <td role="cell" class="log-when"><time datetime=${at.toISOString()}>
      <span class="log-day">${shortDay(at, zone, intl(), now)}</span> <span class="log-time">${time(at, zone, intl(), true)}</span>
      <span class="log-brief">${daysBetween(at, now, zone) === 0 ? time(at, zone, intl()) : shortDay(at, zone, intl(), now)}</span>
    </time></td>
    <td role="cell" class="log-to"><span class="clip strong" dir="auto">${who || d.address || t('recipient.unknown')}</span>
      ${who && d.address && html`<span class="log-small clip" title=${d.address}>${d.address}</span>`}</td>
    <td role="cell" class="log-message">
      <a class="cover" dir="auto" title=${d.subject} href=${href}>${d.subject || t(`kind.${d.kind}`)}</a>
      <span class="log-small clip">${t(`kind.${d.kind}`)}${event && ` · ${event.event_number}`}</span>
    </td>
    <td role="cell" class="log-channel"><span class="with-icon"><${Icon} name=${typeIcon(d.channel)} /><span>${t(`channel.${d.channel}`)}</span></span>
      ${d.provider && html`<span class="log-small clip">${d.provider}</span>`}</td>
    <td role="cell" class="log-outcome"><${DeliveryBadge} delivery=${d} /><${DeliveryNotes} delivery=${d} /></td>
  </tr>`;
}
