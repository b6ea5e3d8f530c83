// What is remarkable about a message, in few words.

import { parse } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { errorWords } from './fate.js';
import { When } from './when.js';

/** Whom a message was for. @param {any} d */
export function recipientOf(d) {
  return d.expand?.user?.name || d.expand?.contact?.name || '';
}

/** Whether it went through in the end: then an earlier error matters no more. @param {any} d */
const arrived = (d) => d.status === 'sent' || d.status === 'delivered';

/** @param {{delivery: any}} props */
export function DeliveryNotes({ delivery: d }) {
  const next = parse(d.next_attempt_at);
  const waits = (d.status === 'queued' || d.status === 'unknown') && next && next > new Date();
  return html`<span class="log-notes">
    ${d.late && html`<span class="log-mark">${t('office.late')}</span>`}
    ${d.possible_duplicate && html`<span class="log-mark">${t('office.duplicate')}</span>`}
    ${d.error && !arrived(d) && html`<span title=${d.error}>${errorWords(d.error)}</span>`}
    ${d.attempts > 1 && html`<span>${t('office.attempts', { n: d.attempts })}</span>`}
    ${waits && html`<span>${t('office.again')}<${When} at=${next} form="short" /></span>`}
  </span>`;
}
