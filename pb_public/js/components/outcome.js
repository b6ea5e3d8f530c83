// What came of the messages of a reminder: one line for each person, with the state of every channel, and what went wrong
// in plain words.

import { parse, time } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { has, intl, t } from '../lib/i18n.js';
import { reasonKey } from '../lib/reminders.js';
import { deliveryLook, typeIcon } from '../lib/status.js';
import { Badge, Face } from './badge.js';
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
    ${remarks.length > 0 && html`<ul class="remarks">${remarks.map((one) => html`<li key=${one.words} class=${`remark tone-${one.tone}`}>${one.words}</li>`)}</ul>`}
  </li>`;
}

/** @param {{delivery: any, zone: string}} props */
function State({ delivery: d, zone }) {
  const at = parse(d.delivered_at) ?? parse(d.sent_at);
  return html`<span class="outcome-state">
    <span class="outcome-channel" title=${t(`channel.${d.channel}`)}><${Icon} name=${typeIcon(d.channel)} /><span class="sr-only">${t(`channel.${d.channel}`)}: </span></span>
    <${Badge} plain look=${deliveryLook(d)} spin=${d.status === 'sending'} />
    ${at && html`<time class="muted" datetime=${at.toISOString()}>${time(at, zone, intl(), true)}</time>`}
  </span>`;
}

/**
 * @param {any} d @param {string} zone @param {boolean} several whether the channel must be named
 * @returns {{tone: string, words: string}[]}
 */
function remarksOn(d, zone, several) {
  const next = parse(d.next_attempt_at);
  const waits = (d.status === 'queued' || d.status === 'unknown') && d.attempts > 0 && next;
  const before = several ? `${t(`channel.${d.channel}`)}: ` : '';
  const found = [
    d.error && !arrived(d) && { tone: d.status === 'failed' ? 'bad' : 'quiet', words: cause(d) },
    waits && { tone: 'quiet', words: t('event.next_try', { n: d.attempts + 1, time: time(next, zone, intl()) }) },
    !waits && d.attempts > 1 && { tone: 'quiet', words: t('event.tries', { n: d.attempts }) },
    d.possible_duplicate && { tone: 'warn', words: t('event.maybe_twice') },
    d.late && { tone: 'warn', words: t('event.late') },
  ];
  return found.flatMap((one) => (one ? [{ tone: one.tone, words: before + one.words }] : []));
}

/** @param {any} d */
const arrived = (d) => d.status === 'sent' || d.status === 'delivered';

/** Our own words where the cause is known; a provider's after what they mean. @param {any} d */
function cause(d) {
  const known = reasonKey(d.error);
  if (has(known)) return t(known);
  const kind = d.error_class === 'permanent' ? `permanent_${d.channel}` : d.error_class;
  const meaning = `event.cause.${kind}`;
  return has(meaning) ? t('event.cause', { meaning: t(meaning), error: d.error }) : d.error;
}
