// Customers as a table: who they are, when they were visited last and will be next, and who looks after them.

import { day, daysBetween, parse, time } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { minute, zoneOf } from '../lib/state.js';
import { Face } from './badge.js';
import { SortHead } from './pager.js';

/**
 * @param {{customers: any[], visits?: Record<string, import('../data/customers.js').Visits>, sort: string, onSort: (sort: string) => void}} props
 *   visits: undefined until they are known
 */
export function CustomerTable({ customers, visits, sort, onSort }) {
  minute.value; // tomorrow becomes today
  return html`<table class="card rows people-table customer-table" role="table">
    <thead role="rowgroup"><tr role="row">
      <${SortHead} name="name" label=${t('people.customer')} sort=${sort} onSort=${onSort} />
      <th role="columnheader" scope="col">${t('people.customers.next')}</th>
      <th role="columnheader" scope="col">${t('people.customers.last')}</th>
      <${SortHead} name="owner.name" label=${t('people.customer.owner')} sort=${sort} onSort=${onSort} />
    </tr></thead>
    <tbody role="rowgroup">${customers.map((c) => html`<${Row} key=${c.id} customer=${c} visits=${visits?.[c.id]} />`)}</tbody>
  </table>`;
}

/** @param {{customer: any, visits?: import('../data/customers.js').Visits}} props */
function Row({ customer, visits }) {
  const owner = customer.expand?.owner?.name ?? '';
  return html`<tr role="row" class=${customer.active ? 'row-item' : 'row-item inactive'}>
    <td role="cell" class="customer-what">
      <a class="cover strong" dir="auto" href=${`/customers/${customer.id}`}>${customer.name}</a>
      ${!customer.active && html` <span class="people-mark">${t('people.inactive')}</span>`}
      ${customer.address && html`<span class="people-note clip" dir="auto" title=${customer.address}>${customer.address}</span>`}
    </td>
    <td role="cell" class="customer-next">${visits && html`<${Visit} visit=${visits.next} label=${t('people.customers.next')} />`}</td>
    <td role="cell" class="customer-last">${visits && html`<${Visit} visit=${visits.last} label=${t('people.customers.last')} past />`}</td>
    <td role="cell" class="customer-owner">${owner && html`<span class="people-who" title=${owner}><${Face} name=${owner} /><span class="clip">${owner}</span></span>`}</td>
  </tr>`;
}

/** @param {{visit?: any, label: string, past?: boolean}} props */
function Visit({ visit, label, past }) {
  const at = parse(visit?.planned_start_date);
  if (!at)
    return html`<span class="customer-visit none"><span class="customer-visit-label">${label}</span> <span class="muted" aria-hidden="true">–</span><span class="sr-only">${t('people.customers.no_visit')}</span></span>`;
  const zone = zoneOf(visit);
  const now = new Date();
  const away = daysBetween(now, at, zone);
  const on = away === 0 ? t('day.today') : away === 1 ? t('day.tomorrow') : day(at, zone, intl(), now);
  return html`<span class="customer-visit"><span class="customer-visit-label">${label}</span>
    <time class="customer-visit-day" datetime=${at.toISOString()}>${past ? on : `${on} ${time(at, zone, intl())}`}</time>
    <span class="people-note clip" dir="auto" title=${visit.title}>${visit.title}</span>
  </span>`;
}
