// What an SMS comes to: its parts, for how many people, and what they cost; and what a provider's own template is filled with.
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { money } from '../lib/money.js';

/** An SMS as the server shows it before it is sent. @typedef {{parts: number, values?: Record<string, string>, template?: string, signature?: string, recipients?: number, cost?: number, currency?: string}} SMS */

/** "2 parts × 3 people ≈ HK$1.80". Of words that are all known nothing is told while there is nobody to read them. @param {SMS} sms @returns {string} */
function sumWords(sms) {
  const people = sms.recipients ?? 0;
  if (people === 0) return sms.values ? t('sms.parts', { n: sms.parts }) : '';
  const sum = t('sms.sum', { parts: t('sms.parts', { n: sms.parts }), people: t('sms.people', { n: people, count: number(people) }) });
  return sms.cost && sms.currency ? t('sms.sum_cost', { sum, cost: money(sms.cost, sms.currency) }) : sum;
}

/** @param {{sms: SMS}} props */
export function SMSSum({ sms }) {
  const words = sumWords(sms);
  if (!words) return null;
  return html`<p class="sms-sum"><span class="strong">${words}</span>${sms.values && ` · ${t('sms.least')}`}</p>`;
}

/** The values that go into the approved template, in the place of the words. @param {{sms: SMS, locale: string}} props */
export function SMSValues({ sms, locale }) {
  return html`<div class="sms-values">
    <p class="muted">${sms.signature} ${t('sms.values', { template: sms.template ?? '' })}</p>
    <dl>${Object.entries(sms.values ?? {}).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd lang=${locale} dir="auto">${value}</dd></div>`)}</dl>
  </div>`;
}
