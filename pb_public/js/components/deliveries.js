// What came of each message: one row for each person and channel.
import { h } from '../lib/dom.js';
import { parse, time } from '../lib/dates.js';
import { has, intl, t } from '../lib/i18n.js';
import { reasonKey } from '../lib/reminders.js';
import { deliveryLook, typeIcon } from '../lib/status.js';
import { plainBadge } from './badge.js';
import { face } from './shell.js';
import { icon } from './icon.js';

/** @param {any[]} deliveries of one reminder @param {string} zone */
export function deliveryRows(deliveries, zone) {
  return h('ul', { class: 'deliveries', 'aria-label': t('delivery.label') }, deliveries.map((d) => row(d, zone)));
}

/** @param {any} d @param {string} zone */
function row(d, zone) {
  const person = d.expand?.user ?? d.expand?.contact;
  const look = deliveryLook(d);
  const at = parse(d.delivered_at) ?? parse(d.sent_at);
  const notes = remarks(d, zone);
  return h('li', { class: 'delivery', key: d.id },
    face(person ?? { name: '' }),
    h('div', { class: 'delivery-who' },
      h('span', { class: 'delivery-name' }, person?.name ?? t('recipient.unknown')),
      h('span', { class: 'delivery-channel' }, icon(typeIcon(d.channel)), t('channel.' + d.channel))),
    h('div', { class: 'delivery-state' },
      plainBadge(look),
      at && h('time', { datetime: at.toISOString() }, time(at, zone, intl(), true))),
    notes.length > 0 && h('ul', { class: 'remarks' }, notes));
}

/** @param {any} d @param {string} zone */
function remarks(d, zone) {
  const notes = [];
  const next = parse(d.next_attempt_at);
  if (d.error && d.status !== 'sent' && d.status !== 'delivered') {
    const key = reasonKey(d.error);
    notes.push(h('li', { class: d.status === 'failed' ? 'remark tone-bad' : 'remark', key: 'error' }, has(key) ? t(key) : d.error));
  }
  if ((d.status === 'queued' || d.status === 'unknown') && d.attempts > 0 && next) {
    notes.push(h('li', { class: 'remark', key: 'next' }, t('delivery.next_attempt', { n: d.attempts + 1, time: time(next, zone, intl()) })));
  } else if (d.attempts > 1) {
    notes.push(h('li', { class: 'remark', key: 'attempts' }, t('delivery.attempts', { n: d.attempts })));
  }
  if (d.possible_duplicate) notes.push(h('li', { class: 'remark tone-warn', key: 'twice' }, icon('copy'), t('delivery.possible_duplicate')));
  if (d.late) notes.push(h('li', { class: 'remark tone-warn', key: 'late' }, icon('clock'), t('delivery.late')));
  return notes;
}
