// The facts of an event.
import { h } from '../lib/dom.js';
import { day, hours, moment, parse, sameClock, zoneName } from '../lib/dates.js';
import { intl, t } from '../lib/i18n.js';
import { typeIcon } from '../lib/status.js';
import { viewerZone } from '../app.js';
import { icon } from './icon.js';
import { prose } from './prose.js';
import { zoneOf } from './event-list.js';

const narrow = matchMedia('(max-width: 767px)');

/** All of them beside the reminders; on a phone the first, the others on demand. @param {any} event with what it refers to */
export function facts(event) {
  const all = every(event).filter((one) => one);
  if (!narrow.matches) return h('dl', { key: 'all' }, all);
  return [
    h('dl', { key: 'first' }, all.slice(0, 2)),
    all.length > 2 && h('details', { class: 'words more-facts', key: 'others' },
      h('summary', null, icon('chevron-right'), t('fact.more')),
      h('dl', null, all.slice(2))),
  ];
}

/** @param {any} event */
function every(event) {
  const { customer, contact_person: contact, sales_responsible: responsible, assigned_staff: team } = event.expand ?? {};
  return [
    fact('clock', t('fact.when'), times(event)),
    fact('building', t('fact.customer'), [h('span', { class: 'strong' }, customer?.name ?? t('fact.unknown')), customer?.address && customer.address !== event.location && h('span', { class: 'muted' }, customer.address)]),
    fact(typeIcon(event.event_type), t('fact.type'), t('type.' + (event.event_type || 'other'))),
    event.location && fact('map-pin', t('fact.where'), event.location),
    contact && fact('user', t('fact.contact'), [
      h('span', null, contact.name, contact.title && h('span', { class: 'muted' }, ` · ${contact.title}`)),
      contact.phone && h('a', { href: 'tel:' + contact.phone }, contact.phone),
      contact.email && h('a', { href: 'mailto:' + contact.email }, contact.email),
    ]),
    responsible && fact('user-circle', t('fact.responsible'), responsible.name),
    team?.length > 0 && fact('users', t('fact.team'), team.map((/** @type {any} */ one) => h('span', null, one.name))),
    event.description && fact('info-circle', t('fact.details'), h('div', { class: 'prose' }, prose(event.description))),
  ];
}

/** @param {string} name @param {string} label @param {import('../lib/dom.js').Children} value */
function fact(name, label, value) {
  return h('div', { class: 'fact' }, icon(name), h('dt', null, label), h('dd', null, value));
}

/** In the zone of the event; the reader's own below where clocks differ. @param {any} event */
function times(event) {
  const zone = zoneOf(event);
  const start = parse(event.planned_start_date);
  if (!start) return t('fact.unknown');
  const end = parse(event.planned_end_date);
  const now = new Date();
  const away = !sameClock(zone, viewerZone(), start);
  return [
    h('span', { class: 'strong' }, day(start, zone, intl(), now)),
    h('span', null, hours(start, end, zone, intl())),
    away && h('span', { class: 'muted' }, zoneName(zone, start, intl())),
    away && h('span', { class: 'muted' }, t('fact.yours', { time: moment(start, viewerZone(), intl(), now) })),
  ];
}

/** The start, for a sentence. @param {any} event @param {Date | null} start */
facts.when = (event, start) => (start ? moment(start, zoneOf(event), intl(), new Date()) : '');
