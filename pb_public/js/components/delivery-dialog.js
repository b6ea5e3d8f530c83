// One message: all that is known of it.

import { readDelivery } from '../data/office.js';
import { moment, parse } from '../lib/dates.js';
import { causeOf, deliveryLook, isKept, lookEvery, nextAttempt } from '../lib/deliveries.js';
import { html } from '../lib/html.js';
import { intl, number, t } from '../lib/i18n.js';
import { usePoll } from '../lib/poll.js';
import { useQuery } from '../lib/query.js';
import { readsSandbox, viewerZone } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { LinkButton } from './button.js';
import { CauseWords } from './causes.js';
import { DeliveryBadge } from './delivery-badge.js';
import { recipientOf } from './delivery-notes.js';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';
import { Failure, Skeleton } from './states.js';
import { useCost } from './use-currency.js';

/** @param {{id: string, onClose: () => void}} props */
export function DeliveryDialog({ id, onClose }) {
  const { data, problem, reload } = useQuery(`delivery/${id}`, (signal) => readDelivery(id, signal));
  usePoll(reload, data ? lookEvery(data, new Date()) : 0);
  return html`<${Dialog} title=${t('office.message')} onClose=${onClose}>
    ${
      data
        ? html`<${Details} delivery=${data} />`
        : problem
          ? html`<${Failure} problem=${problem} retry=${reload} missing=${{ title: t('error.missing'), href: '/deliveries', label: t('nav.deliveries') }} />`
          : html`<div class="dialog-body log-details" aria-busy="true"><${Skeleton} kind="long" /><${Skeleton} kind="block" /></div>`
    }
  <//>`;
}

/** @param {{delivery: any}} props */
function Details({ delivery: d }) {
  const { reminder, event } = d.expand ?? {};
  const kept = isKept(d) && readsSandbox();
  const cause = causeOf(d);
  const cost = useCost(d.cost > 0);
  return html`<div class="dialog-body log-details">
      <p class="log-subject" dir="auto">${d.subject || t(`kind.${d.kind}`)}</p>
      <p class="log-flags"><${DeliveryBadge} delivery=${d} />
        ${d.late && html`<span class="badge tone-warn"><${Icon} name="clock" />${t('office.late')}</span>`}
        ${d.possible_duplicate && html`<span class="badge tone-warn"><${Icon} name="copy" />${t('office.duplicate')}</span>`}</p>
      ${cause && html`<div class=${`log-answer tone-${deliveryLook(d).tone}`}><${CauseWords} cause=${cause} /></div>`}
      <dl class="log-facts">
        ${fact('office.col.to', html`<span dir="auto">${recipientOf(d)}</span> ${d.address && html`<span class="muted">${d.address}</span>`}`)}
        ${fact('office.col.channel', html`<span class="with-icon"><${Icon} name=${typeIcon(d.channel)} />${t(`channel.${d.channel}`)}</span> <span class="muted">${d.provider}</span>`)}
        ${fact('office.kind', t(`kind.${d.kind}`))}
        ${event && fact('office.event', html`<a href=${`/events/${event.id}`} dir="auto">${event.title}</a> <span class="muted">${event.event_number}</span>`)}
        ${instants(d)}
        ${d.attempts > 0 && fact('office.attempts_made', number(d.attempts))}
        ${d.error_class && fact('office.error_class', t(`office.class.${d.error_class}`))}
        ${d.segments > 0 && fact('office.parts', number(d.segments))}
        ${d.cost > 0 && fact('office.cost', cost(d.cost))}
        ${d.provider_id && d.provider !== 'sandbox' && fact('office.provider_id', html`<code>${d.provider_id}</code>`)}
        ${fact('office.identity', html`<code>${d.id}</code>`)}
      </dl>
    </div>
    ${
      (reminder || kept) &&
      html`<footer class="dialog-foot">
      ${reminder && html`<${LinkButton} href=${`/reminders/${reminder.id}`} icon="bell">${t('office.open_reminder')}<//>`}
      ${kept && html`<${LinkButton} href=${`/sandbox?message=${d.id}`} icon="inbox">${t('office.read')}<//>`}
    </footer>`
    }`;
}

/** @param {string} key @param {any} value */
function fact(key, value) {
  return html`<div key=${key}><dt>${t(key)}</dt><dd>${value}</dd></div>`;
}

/** @param {any} d */
function instants(d) {
  const now = new Date();
  const all = /** @type {[string, Date | null][]} */ ([
    ['office.created', parse(d.created)],
    ['office.sent_at', parse(d.sent_at)],
    ['office.delivered_at', parse(d.delivered_at)],
    ['office.next', nextAttempt(d, now)],
  ]);
  return all.map(([key, at]) => {
    return at && fact(key, html`<time datetime=${at.toISOString()}>${moment(at, viewerZone.value, intl(), now)}</time>`);
  });
}
