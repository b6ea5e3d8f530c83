// What SMS come to: this month against its limits, and the months before.
import { html } from '../lib/html.js';
import { intl, number, t } from '../lib/i18n.js';
import { money } from '../lib/money.js';
import { sentences } from '../lib/sentences.js';
import { Figure } from './figure.js';
import { Icon } from './icon.js';

/** @typedef {{month: string, messages: number, parts: number, cost: number}} Month month: YYYY-MM, by the company's clocks */
/** @typedef {{currency: string, daily_cap: number, monthly_cap: number, held: number, months: Month[]}} SMS */

/** @param {{sms: SMS}} props */
export function SMSMonths({ sms }) {
  const [now, ...before] = sms.months;
  const past = before.filter((one) => one.messages > 0);
  return html`<section class="sms-months" aria-labelledby="sms-month">
    <h3 id="sms-month">${nameOf(now.month)}</h3>
    <dl class="panel-numbers">
      <${Figure} label=${t('office.sms.messages')} value=${number(now.messages)} tone="good" />
      <${Figure} label=${t('office.sms.parts')} value=${used(now.parts, sms.monthly_cap)} tone=${near(now.parts, sms.monthly_cap) ? 'warn' : 'good'} />
      <${Figure} label=${t('office.sms.cost')} value=${cost(now, sms.currency)} tone="quiet" />
      <${Figure} label=${t('office.sms.held')} value=${number(sms.held)} href=${sms.held > 0 ? '/deliveries?channel=sms&status=held' : ''} tone="warn" />
    </dl>
    <p class="field-hint">${sentences(t('office.sms.caps', { n: number(sms.daily_cap) }), sms.monthly_cap === 0 && t('office.sms.no_monthly'))} <a href="/settings#sms">${t('office.sms.settings')}</a></p>
    ${past.length > 0 && html`<${Earlier} months=${past} currency=${sms.currency} />`}
  </section>`;
}

/** @param {{months: Month[], currency: string}} props */
function Earlier({ months, currency }) {
  const head = (/** @type {string} */ key) => html`<th key=${key} scope="col">${t(key)}</th>`;
  return html`<details class="sms-earlier">
    <summary>${t('office.sms.earlier')}<${Icon} name="chevron-down" /></summary>
    <table>
      <thead><tr>${['office.sms.month', 'office.sms.messages', 'office.sms.parts', 'office.sms.cost'].map(head)}</tr></thead>
      <tbody>${months.map(
        (one) =>
          html`<tr key=${one.month}><th scope="row">${nameOf(one.month)}</th><td>${number(one.messages)}</td><td>${number(one.parts)}</td><td>${cost(one, currency)}</td></tr>`,
      )}</tbody>
    </table>
  </details>`;
}

/** "November 2026". @param {string} month YYYY-MM */
function nameOf(month) {
  const [year, of] = month.split('-').map(Number);
  return new Intl.DateTimeFormat(intl(), { timeZone: 'UTC', year: 'numeric', month: 'long' }).format(new Date(Date.UTC(year, of - 1, 1)));
}

/** Without prices nobody knows what they cost. @param {Month} month @param {string} currency */
const cost = (month, currency) => (month.cost > 0 || month.messages === 0 ? money(month.cost, currency) : '–');

/** "120 of 2,000". @param {number} parts @param {number} cap */
const used = (parts, cap) => (cap > 0 ? t('office.sms.of', { n: number(parts), cap: number(cap) }) : number(parts));

/** @param {number} parts @param {number} cap */
const near = (parts, cap) => cap > 0 && parts >= cap * 0.9;
