// How a message stands. Of one that a limit keeps back it is told until when.
import { moment } from '../lib/dates.js';
import { deliveryLook, isHeld, nextAttempt } from '../lib/deliveries.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { viewerZone } from '../lib/state.js';
import { Badge } from './badge.js';

/** @param {{delivery: any, zone?: string, plain?: boolean}} props */
export function DeliveryBadge({ delivery: d, zone = viewerZone.value, plain }) {
  const now = new Date();
  const until = isHeld(d) && nextAttempt(d, now);
  const word = until ? t('delivery.held_until', { time: moment(until, zone, intl(), now) }) : undefined;
  return html`<${Badge} look=${deliveryLook(d)} word=${word} plain=${plain} spin=${d.status === 'sending'} />`;
}
