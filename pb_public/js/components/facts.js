// The facts of an event: when, for whom, whom to call, where, and who goes.
import { day, hours, moment, parse, sameClock, zoneName } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { mapLink, meetingLink } from '../lib/maps.js';
import { user, viewerZone, zoneOf } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { Face } from './badge.js';
import { Icon } from './icon.js';
import { Prose } from './prose.js';
import { usePhone } from './use-phone.js';

/** What one needs on the way there; a phone shows these, and the others on demand. */
const FIRST = 4;

/** @param {{event: any}} props with what it refers to */
export function Facts({ event }) {
  const all = [whenFact(event), customerFact(event), contactFact(event), placeFact(event), ...furtherFacts(event)].filter(Boolean);
  const first = usePhone() ? FIRST : all.length;
  return html`<aside class="card fact-sheet" aria-label=${t('event.facts')}>
    <dl>${all.slice(0, first)}</dl>
    ${
      all.length > first &&
      html`<details class="fold">
      <summary><${Icon} name="chevron-right" />${t('event.facts_more')}</summary>
      <dl>${all.slice(first)}</dl>
    </details>`
    }
  </aside>`;
}

/** @param {{icon: string, label: string, children?: any}} props */
function Fact({ icon, label, children }) {
  return html`<div class="fact-row"><dt><${Icon} name=${icon} />${label}</dt><dd>${children}</dd></div>`;
}

/** In the zone of the event; the reader's own below where clocks differ. @param {any} event */
function whenFact(event) {
  const zone = zoneOf(event);
  const start = parse(event.planned_start_date);
  if (!start) return null;
  const end = parse(event.planned_end_date);
  const now = new Date();
  const away = !sameClock(zone, viewerZone.value, start);
  const days = end && day(start, zone, intl(), now) !== day(end, zone, intl(), now);
  return html`<${Fact} key="when" icon="clock" label=${t('event.when')}>
    <time class="strong" datetime=${start.toISOString()}>${day(start, zone, intl(), now)}</time>
    <span>${hours(start, end, zone, intl())}${days && ` – ${moment(end, zone, intl(), now)}`}</span>
    <span class="muted">${zoneName(zone, start, intl())}</span>
    ${away && html`<span class="muted">${t('event.yours', { time: moment(start, viewerZone.value, intl(), now) })}</span>`}
  <//>`;
}

/** @param {any} event */
function customerFact(event) {
  const customer = event.expand?.customer;
  return html`<${Fact} key="customer" icon="building" label=${t('event.customer')}>
    ${customer ? html`<a class="strong" dir="auto" href=${`/customers/${customer.id}`}>${customer.name}</a>` : html`<span class="muted">${t('event.unknown')}</span>`}
  <//>`;
}

/** @param {any} event */
function contactFact(event) {
  const contact = event.expand?.contact_person;
  if (!contact) return null;
  return html`<${Fact} key="contact" icon="user" label=${t('event.contact')}>
    <span dir="auto">${contact.name}${contact.title && html`<span class="muted"> · ${contact.title}</span>`}</span>
    <span class="fact-links">
      ${contact.phone && html`<a class="fact-link" href=${`tel:${contact.phone.replace(/[^+\d]/g, '')}`} aria-label=${t('event.call', { name: contact.name, phone: contact.phone })}><${Icon} name="phone" />${contact.phone}</a>`}
      ${contact.email && html`<a class="fact-link" href=${`mailto:${contact.email}`} aria-label=${t('event.write', { name: contact.name, email: contact.email })}><${Icon} name="mail" />${contact.email}</a>`}
    </span>
  <//>`;
}

/** @param {any} event */
function placeFact(event) {
  const place = (event.location || event.expand?.customer?.address || '').trim();
  if (!place) return null;
  const meeting = meetingLink(place);
  const link = meeting || mapLink(place, user.value);
  return html`<${Fact} key="place" icon=${meeting ? 'world' : 'map-pin'} label=${t('event.place')}>
    <span dir="auto">${place}</span>
    <a class="fact-link" href=${link} target="_blank" rel="noopener noreferrer"><${Icon} name="external-link" />${t(meeting ? 'event.join' : 'event.map')}</a>
  <//>`;
}

/** @param {any} event */
function furtherFacts(event) {
  const { sales_responsible: responsible, assigned_staff: team = [] } = event.expand ?? {};
  return [
    responsible &&
      html`<${Fact} key="responsible" icon="user-check" label=${t('event.responsible')}><${Person} name=${responsible.name} /><//>`,
    team.length > 0 &&
      html`<${Fact} key="team" icon="users" label=${t('event.team')}>${team.map((/** @type {any} */ one) => html`<${Person} key=${one.id} name=${one.name} />`)}<//>`,
    html`<${Fact} key="type" icon=${typeIcon(event.event_type)} label=${t('event.type')}>${t(`type.${event.event_type || 'other'}`)}<//>`,
    html`<${Fact} key="plan" icon="timeline" label=${t('event.plan')}>${planWords(event)}<//>`,
    actualFact(event),
    event.description &&
      html`<${Fact} key="about" icon="info-circle" label=${t('event.about')}><${Prose} source=${event.description} /><//>`,
  ];
}

/** @param {any} event */
function planWords(event) {
  if (!event.auto_reminders) return t('event.plan_off');
  return event.expand?.reminder_plan?.name ?? t('event.plan_usual');
}

/** When it really took place. @param {any} event */
function actualFact(event) {
  const start = parse(event.actual_start_date);
  const end = parse(event.actual_end_date);
  const first = start ?? end;
  if (!first) return null;
  const zone = zoneOf(event);
  const say = (/** @type {Date | null} */ at) => (at ? moment(at, zone, intl(), new Date()) : '…');
  const words =
    start && end && hours(start, end, zone, intl()).includes('–')
      ? `${day(start, zone, intl(), new Date())} ${hours(start, end, zone, intl())}`
      : `${say(start)} – ${say(end)}`;
  return html`<${Fact} key="actual" icon="flag" label=${t('event.actual')}><span>${words}</span><//>`;
}

/** @param {{name: string}} props */
function Person({ name }) {
  return html`<span class="fact-person"><${Face} name=${name} /><span dir="auto">${name}</span></span>`;
}
