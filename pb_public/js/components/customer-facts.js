// What is known of a customer: where it is, what its clocks show, who looks after it, and what to mind.

import { cityOf, clockOf } from '../data/zones.js';
import { dayKey, daysBetween, fullDay, isZone, longDay, parse, time } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, locale, t } from '../lib/i18n.js';
import { placeLink } from '../lib/places.js';
import { minute, user, viewerZone } from '../lib/state.js';
import { Face } from './badge.js';
import { Icon } from './icon.js';

/** @param {{customer: any}} props */
export function CustomerFacts({ customer }) {
  const map = placeLink(customer, user.value);
  const owner = customer.expand?.owner;
  return html`<section aria-labelledby="details">
    <div class="people-head"><h2 id="details">${t('people.customer.facts')}</h2></div>
    <dl class="card customer-facts">
      <${Fact} icon="map-pin" label=${t('people.customer.address')}>
        ${customer.address ? html`<span dir="auto">${customer.address}</span>` : html`<span class="muted">${t('people.not_known')}</span>`}
        ${map && html`<a class="contact-way" href=${map} target="_blank" rel="noopener noreferrer">${t('people.customer.map')}<${Icon} name="external-link" /></a>`}
      <//>
      ${isZone(customer.timezone) && html`<${Zone} zone=${customer.timezone} />`}
      <${Fact} icon="user" label=${t('people.customer.owner')}>
        ${owner ? html`<span class="people-who"><${Face} name=${owner.name} /><span>${owner.name}</span></span>` : html`<span class="muted">${t('people.customer.no_owner')}</span>`}
      <//>
      ${customer.notes && html`<${Fact} icon="message" label=${t('people.customer.notes')}><span class="customer-notes" dir="auto">${customer.notes}</span><//>`}
      <${Age} customer=${customer} />
    </dl>
  </section>`;
}

/** @param {{icon: string, label: string, children?: any}} props */
function Fact({ icon, label, children }) {
  return html`<div class="customer-fact"><dt><${Icon} name=${icon} />${label}</dt><dd>${children}</dd></div>`;
}

/** @param {{zone: string}} props */
function Zone({ zone }) {
  minute.value; // clocks go on
  const now = new Date();
  const otherDay = dayKey(now, zone) !== dayKey(now, viewerZone.value);
  return html`<${Fact} icon="world" label=${t('field.zone')}>
    <span>${cityOf(zone, locale.value)}</span>
    <span class="muted">${clockOf(zone, intl())}</span>
    <span>${t('people.customer.now', { time: `${otherDay ? `${longDay(now, zone, intl())} ` : ''}${time(now, zone, intl())}` })}</span>
  <//>`;
}

/** @param {{customer: any}} props */
function Age({ customer }) {
  const added = parse(customer.created);
  const changed = parse(customer.updated);
  if (!added) return null;
  const say = (/** @type {Date} */ date) => fullDay(date, viewerZone.value, intl());
  return html`<${Fact} icon="history" label=${t('people.customer.history')}>
    <span>${t('people.customer.since', { day: say(added) })}</span>
    ${changed && daysBetween(added, changed, viewerZone.value) !== 0 && html`<span class="muted">${t('people.customer.changed', { day: say(changed) })}</span>`}
  <//>`;
}
