// What is remarkable about a message, in few words.

import { arrived, isHeld, nextAttempt } from '../lib/deliveries.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { reasonWords } from '../lib/reasons.js';
import { When } from './when.js';

/** Whom a message was for. @param {any} d */
export function recipientOf(d) {
  return d.expand?.user?.name || d.expand?.contact?.name || '';
}

/** @param {{delivery: any}} props */
export function DeliveryNotes({ delivery: d }) {
  const next = isHeld(d) ? null : nextAttempt(d, new Date());
  return html`<span class="log-notes">
    ${d.late && html`<span class="log-mark">${t('office.late')}</span>`}
    ${d.possible_duplicate && html`<span class="log-mark">${t('office.duplicate')}</span>`}
    ${d.error && !arrived(d) && html`<span title=${d.error}>${reasonWords(d.error)}</span>`}
    ${d.attempts > 1 && html`<span>${t('office.attempts', { n: d.attempts })}</span>`}
    ${next && html`<span>${t('office.again')}<${When} at=${next} form="short" /></span>`}
  </span>`;
}
