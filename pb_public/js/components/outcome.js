// What came of the messages of a reminder: one line for each person, with the state of every channel, and what went wrong
// in plain words.

import { parse, time } from '../lib/dates.js';
import { causeOf, isHeld, nextAttempt } from '../lib/deliveries.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { typeIcon } from '../lib/status.js';
import { Face } from './badge.js';
import { CauseWords } from './causes.js';
import { DeliveryBadge } from './delivery-badge.js';
import { Icon } from './icon.js';

/** @param {{deliveries: any[], zone: string}} props of one reminder */
export function Outcome({ deliveries, zone }) {
  return html`<ul class="outcome" aria-label=${t('event.outcome')}>
    ${byPerson(deliveries).map((own) => html`<${Person} key=${own[0].id} own=${own} zone=${zone} />`)}
  </ul>`;
}

/** The messages of each person, in the order of the first. @param {any[]} deliveries @returns {any[][]} */
function byPerson(deliveries) {
  /** @type {Map<string, any[]>} */
  const people = new Map();
  for (const one of deliveries) {
    const person = one.user || one.contact || one.id;
    people.set(person, [...(people.get(person) ?? []), one]);
  }
  return [...people.values()];
}

/** @param {{own: any[], zone: string}} props */
function Person({ own, zone }) {
  const person = own[0].expand?.user ?? own[0].expand?.contact;
  const remarks = own.flatMap((one) => remarksOn(one, zone, own.length > 1));
  return html`<li class="outcome-row">
    <${Face} name=${person?.name ?? ''} />
    <span class="outcome-name" dir="auto">${person?.name ?? t('recipient.unknown')}</span>
    <span class="outcome-states">${own.map((one) => html`<${State} key=${one.id} delivery=${one} zone=${zone} />`)}</span>
    ${remarks.length > 0 && html`<ul class="remarks">${remarks.map((one) => html`<li key=${one.said + one.theirs} class=${`remark tone-${one.tone}`}><${CauseWords} cause=${one} /></li>`)}</ul>`}
  </li>`;
}

/** @param {{delivery: any, zone: string}} props */
function State({ delivery: d, zone }) {
  const at = parse(d.delivered_at) ?? parse(d.sent_at);
  return html`<span class="outcome-state">
    <span class="outcome-channel" title=${t(`channel.${d.channel}`)}><${Icon} name=${typeIcon(d.channel)} /><span class="sr-only">${t(`channel.${d.channel}`)}: </span></span>
    <${DeliveryBadge} plain delivery=${d} zone=${zone} />
    ${at && html`<time class="muted" datetime=${at.toISOString()}>${time(at, zone, intl(), true)}</time>`}
  </span>`;
}

/** @typedef {{tone: string, said: string, fix?: string, theirs?: string}} Remark */

/**
 * @param {any} d @param {string} zone @param {boolean} several whether the channel must be named
 * @returns {Remark[]}
 */
function remarksOn(d, zone, several) {
  const next = d.attempts > 0 && !isHeld(d) && nextAttempt(d, new Date());
  const cause = causeOf(d);
  const found = /** @type {(Remark | false | null)[]} */ ([
    cause && { tone: d.status === 'failed' ? 'bad' : isHeld(d) ? 'warn' : 'quiet', ...cause },
    next && { tone: 'quiet', said: t('event.next_try', { n: d.attempts + 1, time: time(next, zone, intl()) }) },
    !next && d.attempts > 1 && { tone: 'quiet', said: t('event.tries', { n: d.attempts }) },
    d.possible_duplicate && { tone: 'warn', said: t('event.maybe_twice') },
    d.late && { tone: 'warn', said: t('event.late') },
  ]).filter((one) => !!one);
  return several ? found.map((one) => ({ ...one, said: `${t(`channel.${d.channel}`)}: ${one.said}` })) : found;
}
