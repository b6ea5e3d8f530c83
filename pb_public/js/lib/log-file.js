// The delivery log as a file for a spreadsheet.
import { BOM, csvRow, isoIn } from './csv.js';
import { parse } from './dates.js';
import { deliveryLook } from './deliveries.js';

/** What stands in a row, in this order. */
export const COLUMNS = [
  'created',
  'sent_at',
  'delivered_at',
  'kind',
  'channel',
  'recipient',
  'address',
  'subject',
  'event_number',
  'event',
  'status',
  'attempts',
  'late',
  'possible_duplicate',
  'provider',
  'provider_id',
  'answer',
  'error_class',
  'segments',
  'cost',
  'id',
];

/**
 * @typedef {object} Words
 * @property {string} zone by whose clocks times are written
 * @property {boolean} addresses whether the reader gets them
 * @property {(key: string) => string} t
 */

/** @param {Words} words */
const shown = (words) => COLUMNS.filter((name) => name !== 'address' || words.addresses);

/** @param {Words} words */
export function head(words) {
  return BOM + csvRow(shown(words).map((name) => words.t(`office.csv.${name}`)));
}

/** @param {any} d a delivery with its names @param {Words} words */
export function line(d, words) {
  const { t, zone } = words;
  const at = (/** @type {string} */ text) => {
    const date = parse(text);
    return date ? isoIn(date, zone) : '';
  };
  const yes = (/** @type {boolean} */ is) => (is ? t('office.csv.yes') : '');
  /** @type {Record<string, string | number>} */
  const values = {
    created: at(d.created),
    sent_at: at(d.sent_at),
    delivered_at: at(d.delivered_at),
    kind: t(`kind.${d.kind}`),
    channel: t(`channel.${d.channel}`),
    recipient: d.expand?.user?.name ?? d.expand?.contact?.name ?? '',
    address: d.address ?? '',
    subject: d.subject,
    event_number: d.expand?.event?.event_number ?? '',
    event: d.expand?.event?.title ?? '',
    status: t(deliveryLook(d).key),
    attempts: d.attempts,
    late: yes(d.late),
    possible_duplicate: yes(d.possible_duplicate),
    provider: d.provider,
    provider_id: d.provider_id,
    answer: d.error,
    error_class: d.error_class,
    segments: d.segments || '',
    cost: d.cost || '',
    id: d.id,
  };
  return csvRow(shown(words).map((name) => values[name]));
}
