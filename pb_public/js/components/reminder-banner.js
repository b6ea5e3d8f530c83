// How a reminder stands, what that means, and what can be done about it.
import { parse } from '../lib/dates.js';
import { isHeld } from '../lib/deliveries.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { reasonAndFix } from '../lib/reasons.js';
import { canRetry, canSend, isClosed, wasKept } from '../lib/reminders.js';
import { channels, readsSandbox, zoneOf } from '../lib/state.js';
import { Button, LinkButton } from './button.js';
import { Icon } from './icon.js';
import { standingOf } from './reminder-card.js';
import { When } from './when.js';

/** @param {{reminder: any, deliveries: any[], event: any, may: boolean, actions: import('./reminder-card.js').Actions}} props */
export function ReminderBanner({ reminder, deliveries, event, may, actions }) {
  const look = standingOf(reminder, deliveries);
  const { title, text } = meaning(reminder, deliveries, look.key, { may, closed: isClosed(event ?? {}) });
  const kept = look.key === 'reminder.kept';
  return html`<section class=${`banner rem-standing-banner tone-${look.tone}`} aria-labelledby="standing">
    <${Icon} name=${look.icon} spin=${reminder.status === 'sending'} />
    <div class="rem-standing-words">
      <h2 id="standing">${look.key === 'reminder.pending' ? html`<${Leaves} at=${parse(reminder.send_datetime)} zone=${zoneOf(event)} />` : title}</h2>
      ${text && html`<p>${text}</p>`}
      ${kept && readsSandbox() && html`<p><a href="/sandbox">${t('sandbox.open')}</a></p>`}
    </div>
    ${may && html`<${Actions} reminder=${reminder} event=${event} actions=${actions} />`}
  </section>`;
}

/** "Leaves in 3 days", kept right. @param {{at: Date | null, zone: string}} props */
function Leaves({ at, zone }) {
  if (!at || at <= new Date()) return t('reminders.is.now');
  const [before, after] = t('reminders.is.pending', { when: '|' }).split('|');
  return html`${before}<${When} at=${at} zone=${zone} form="due" />${after}`;
}

/** @param {any} r @param {any[]} deliveries @param {string} key of its look @param {{may: boolean, closed: boolean}} o */
function meaning(r, deliveries, key, { may, closed }) {
  const retry = key === 'reminder.partial' ? 'reminders.do.retry_part' : 'reminders.do.retry';
  const failed = t(closed ? 'reminders.do.closed' : may ? retry : 'reminders.do.ask');
  const count = (/** @type {string[]} */ states) => deliveries.filter((d) => states.includes(d.status)).length;
  const counts = { n: count(['sent', 'delivered']), failed: count(['failed']), all: deliveries.length };
  const skipped = count(['skipped']);
  const held = deliveries.filter(isHeld).length;
  switch (key) {
    case 'reminder.skipped':
    case 'reminder.cancelled':
      return { title: t(key), text: reasonAndFix(r.status_reason ?? '') };
    case 'reminder.pending':
      return { title: '', text: t(may ? 'reminders.do.pending' : 'reminders.do.wait') };
    case 'reminder.overdue':
      return { title: t('reminders.is.overdue'), text: t('reminders.do.overdue') };
    case 'reminder.sending':
      return { title: t('reminders.is.sending', counts), text: held > 0 ? t('reminders.do.held', { n: held }) : t('reminders.do.sending') };
    case 'reminder.partial':
      return { title: t('reminders.is.partial', counts), text: failed };
    case 'reminder.failed':
      return { title: t('reminders.is.failed'), text: failed };
    default:
      return {
        title: t(wasKept(r, deliveries, channels.value) ? 'reminders.is.kept' : 'reminders.is.sent', counts),
        text: [r.late && t('reminders.do.late'), skipped > 0 && t('reminders.do.some_skipped', { n: skipped })].filter(Boolean).join(' '),
      };
  }
}

/** @param {{reminder: any, event: any, actions: import('./reminder-card.js').Actions}} props */
function Actions({ reminder, event, actions }) {
  const busy = actions.busy(reminder.id);
  const pending = reminder.status === 'pending';
  const retry = canRetry(reminder, event);
  if (!pending && !retry) return null;
  return html`<div class="rem-standing-actions">
    ${retry && html`<${Button} icon="refresh" primary busy=${busy} onClick=${() => actions.retry(reminder)}>${t('action.retry')}<//>`}
    ${canSend(reminder, event) && html`<${Button} icon="send" primary busy=${busy} onClick=${() => actions.send(reminder)}>${t('action.send_now')}<//>`}
    ${
      pending &&
      html`<${LinkButton} icon="pencil" href=${`/reminders/${reminder.id}/edit`}>${t('action.edit')}<//>
      <${Button} icon="trash" onClick=${() => actions.remove(reminder)}>${t('action.delete')}<//>`
    }
  </div>`;
}
