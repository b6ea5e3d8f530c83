// What came of each message: the recipients with how to reach them, and below each a row for every channel.
import { useEffect, useRef, useState } from 'preact/hooks';
import { day, parse, time } from '../lib/dates.js';
import { causeOf, deliveryLook, isHeld, nextAttempt } from '../lib/deliveries.js';
import { html } from '../lib/html.js';
import { has, intl, number, t } from '../lib/i18n.js';
import { reasonAndFix } from '../lib/reasons.js';
import { obstacles } from '../lib/reminder-form.js';
import { groups } from '../lib/reminder-list.js';
import { typeIcon } from '../lib/status.js';
import { Badge, Face } from './badge.js';
import { CauseWords } from './causes.js';
import { DeliveryBadge } from './delivery-badge.js';
import { Icon } from './icon.js';
import { useCost } from './use-currency.js';

const SHOWN = 2400;
const COLUMNS = ['channel', 'state', 'times', 'attempts', 'answer'];
const COLUMNS_PLANNED = ['channel', 'state'];

/** @type {import('../lib/status.js').Look} */
const PLANNED = { tone: 'pending', icon: 'clock', key: 'reminders.planned' };
/** @type {import('../lib/status.js').Look} */
const WOULD_SKIP = { tone: 'warn', icon: 'player-skip-forward', key: 'reminders.would_skip' };

/** @param {{reminder: any, deliveries: any[], zone: string, event: any, preview: any}} props preview: of one that has not left, where the reader may ask for it */
export function DeliveryTable({ reminder, deliveries, zone, event, preview }) {
  const fresh = useChangedRows(deliveries);
  const cost = useCost(deliveries.some((d) => d.cost > 0));
  const all = groups(reminder, deliveries);
  if (all.length === 0) return html`<p class="muted rem-nobody">${t('reason.no_recipient')}</p>`;
  const blocked = all.some((group) => obstacles(preview, group.id).length > 0);
  const columns = deliveries.length > 0 ? COLUMNS : blocked ? [...COLUMNS_PLANNED, 'remark'] : COLUMNS_PLANNED;
  const row = (/** @type {import('../lib/reminder-list.js').Group} */ group, /** @type {any} */ d) => {
    if (d.planned)
      return html`<${Planned} key=${d.id} channel=${d.channel} reasons=${obstacles(preview, group.id)} columns=${columns.length} />`;
    return html`<${Row} key=${d.id} delivery=${d} person=${group.person} zone=${zone} due=${reminder.send_datetime} cost=${cost} fresh=${fresh.has(d.id)} />`;
  };
  const body = (/** @type {import('../lib/reminder-list.js').Group} */ group) => html`<tbody key=${group.id} role="rowgroup">
    <tr role="row" class="rem-delivery-person"><th role="rowheader" scope="rowgroup" colspan=${columns.length}><${Person} group=${group} event=${event} /></th></tr>
    ${group.rows.map((d) => row(group, d))}
  </tbody>`;
  return html`<table class=${deliveries.length > 0 ? 'rem-deliveries' : 'rem-deliveries rem-planned'} role="table" aria-label=${t('reminders.deliveries')}>
    <thead role="rowgroup"><tr role="row">
      ${columns.map((name) => html`<th key=${name} role="columnheader" scope="col">${t(`reminders.col.${name}`)}</th>`)}
    </tr></thead>
    ${all.map(body)}
  </table>`;
}

/** What a recipient has to do with the event. @param {import('../lib/reminder-list.js').Group} group @param {any} event */
function partWords(group, event) {
  if (group.contact) return group.person?.title || t('reminders.part.contact');
  if (group.id === event?.sales_responsible) return t('reminders.part.responsible');
  return (event?.assigned_staff ?? []).includes(group.id) ? t('reminders.part.assigned') : '';
}

/** @param {{group: import('../lib/reminder-list.js').Group, event: any}} props */
function Person({ group, event }) {
  const { person } = group;
  const part = partWords(group, event);
  return html`<div class="rem-recipient"><${Face} name=${person?.name ?? ''} />
    <span class="rem-recipient-who"><span class="strong" dir="auto">${person?.name || t('recipient.unknown')}</span>
      ${part && html`<span class="muted">${part}</span>`}
      ${person?.active === false && html`<span class="muted">${t('reminders.inactive')}</span>`}</span>
    <span class="rem-recipient-reach">
      ${person?.phone && html`<a href=${`tel:${person.phone}`}><${Icon} name="phone" />${person.phone}</a>`}
      ${person?.email && html`<a href=${`mailto:${person.email}`}><${Icon} name="mail" />${person.email}</a>`}
    </span>
  </div>`;
}

/** @param {{name: string, address?: string, person?: any}} props the address, where it does not stand beside the person's name */
function ChannelCell({ name, address, person }) {
  const told = !address || name === 'wechat' || address === person?.phone || address === person?.email;
  return html`<td role="cell" class="rem-delivery-channel"><span class="with-icon"><${Icon} name=${typeIcon(name)} />${t(`channel.${name}`)}</span>
    ${!told && html`<span class="rem-delivery-address">${address}</span>`}</td>`;
}

/** What is to leave later. @param {{channel: string, reasons: [string, string][], columns: number}} props */
function Planned({ channel, reasons, columns }) {
  const reason = reasons.find(([name]) => name === channel)?.[1];
  return html`<tr role="row" class="rem-delivery">
    <${ChannelCell} name=${channel} />
    <td role="cell" class="rem-delivery-state"><${Badge} plain look=${reason ? WOULD_SKIP : PLANNED} /></td>
    ${columns > 2 && html`<td role="cell" class="rem-delivery-answer" colspan=${columns - 2}>${reason && reasonAndFix(reason)}</td>`}
  </tr>`;
}

/** @param {{delivery: any, person: any, zone: string, due: string, cost: (cost: number) => string, fresh: boolean}} props */
function Row({ delivery: d, person, zone, due, cost, fresh }) {
  const look = deliveryLook(d);
  const cause = causeOf(d);
  return html`<tr role="row" class=${`rem-delivery tone-${look.tone}${fresh ? ' rem-fresh-row' : ''}`}>
    <${ChannelCell} name=${d.channel} address=${d.address} person=${person} />
    <td role="cell" class="rem-delivery-state"><${DeliveryBadge} plain delivery=${d} zone=${zone} /></td>
    <td role="cell" class="rem-delivery-times"><${Times} delivery=${d} zone=${zone} due=${due} /></td>
    <td role="cell" class="rem-delivery-attempts" data-label=${t('reminders.col.attempts')}>${d.attempts > 0 && html`<span>${number(d.attempts)}</span>`}</td>
    <td role="cell" class="rem-delivery-answer">
      ${cause ? html`<${CauseWords} cause=${cause} />` : d.provider && html`<p>${takenBy(d, cost)}</p>`}
      ${d.provider_id && d.provider !== 'sandbox' && html`<p class="cause-theirs">${d.provider_id}</p>`}
      ${d.late && parse(d.sent_at) && html`<p class="rem-remark tone-warn"><${Icon} name="clock" />${t('reminders.late')}</p>`}
      ${d.possible_duplicate && html`<p class="rem-remark tone-warn"><${Icon} name="copy" />${t('reminders.duplicate')}</p>`}
    </td>
  </tr>`;
}

/** "Taken by Aliyun · 2 parts · HK$0.60". @param {any} d a delivery @param {(cost: number) => string} cost */
function takenBy(d, cost) {
  const key = `reminders.provider.${d.provider}`;
  const name = has(key) ? t(key) : d.provider;
  const parts = d.segments > 1 || d.cost > 0 ? t('reminders.sms_parts', { n: d.segments }) : '';
  return [name, parts, d.cost > 0 && cost(d.cost)].filter(Boolean).join(' · ');
}

/** The day is told where it is not the day on which it was due. @param {{delivery: any, zone: string, due: string}} props */
function Times({ delivery: d, zone, due }) {
  const now = new Date();
  const next = isHeld(d) ? null : nextAttempt(d, now); // until when it is held stands with its state
  const usual = day(parse(due) ?? now, zone, intl(), now);
  const line = (/** @type {string} */ what, /** @type {Date | null} */ at) => {
    if (!at) return null;
    const on = day(at, zone, intl(), now);
    const clock = time(at, zone, intl(), what !== 'waits');
    return html`<span class="rem-delivery-time"><span class="muted">${t(`reminders.time.${what}`)}</span> <time datetime=${at.toISOString()}>${on === usual ? clock : `${on} ${clock}`}</time></span>`;
  };
  return [
    line(d.provider === 'sandbox' ? 'kept' : 'left', parse(d.sent_at)),
    line('delivered', parse(d.delivered_at)),
    line(d.attempts > 0 ? 'next' : 'waits', next),
  ];
}

/** The rows whose state has just changed. @param {any[]} deliveries @returns {Set<string>} */
function useChangedRows(deliveries) {
  const known = useRef(/** @type {Map<string, string> | null} */ (null));
  const [fresh, setFresh] = useState(/** @type {Set<string>} */ (new Set()));
  const states = deliveries.map((d) => `${d.id} ${d.status} ${d.attempts}`).join();
  useEffect(() => {
    const before = known.current;
    known.current = new Map(deliveries.map((d) => [d.id, `${d.status} ${d.attempts}`]));
    const changed = before === null ? [] : deliveries.filter((d) => before.get(d.id) !== `${d.status} ${d.attempts}`).map((d) => d.id);
    if (changed.length === 0) return undefined;
    setFresh(new Set(changed));
    const timer = setTimeout(() => setFresh(new Set()), SHOWN);
    return () => clearTimeout(timer);
  }, [states]);
  return fresh;
}
