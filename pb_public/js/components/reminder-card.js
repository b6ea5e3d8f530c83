// One reminder of an event as a card: its edge has the colour of its status, the whole card leads to its page.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { plain } from '../lib/reminder-form.js';
import { causes, isOverdue } from '../lib/reminder-list.js';
import { canRetry, canSend, wasKept } from '../lib/reminders.js';
import { channels, minute } from '../lib/state.js';
import { reminderLook } from '../lib/status.js';
import { Badge } from './badge.js';
import { Button, IconButton, LinkButton } from './button.js';
import { Causes } from './causes.js';
import { ChannelResults } from './channel-results.js';
import { originWords, ReminderPeople, ReminderTimes } from './reminder-times.js';
import { Sign } from './track.js';
import { variableWords } from './variable-words.js';

/** @typedef {ReturnType<typeof import('./reminder-actions.js').useReminderActions>} Actions */

/** How a reminder stands; what should have left by now says so. @param {any} reminder @param {any[]} deliveries its own @returns {import('../lib/status.js').Look} */
export function standingOf(reminder, deliveries) {
  minute.value; // it becomes overdue as time passes
  if (reminder.status === 'pending' && isOverdue(reminder, new Date()))
    return { tone: 'warn', icon: 'alert-triangle', key: 'reminder.overdue' };
  return reminderLook(reminder, wasKept(reminder, deliveries, channels.value));
}

/** @param {{reminder: any, deliveries: any[], event: any, zone: string, may: boolean, fresh: boolean, actions: Actions}} props deliveries of this reminder */
export function ReminderCard({ reminder: r, deliveries, event, zone, may, fresh, actions }) {
  const look = standingOf(r, deliveries);
  const bad = r.status === 'failed' || r.status === 'partial';
  const words = plain(r.message ?? '', variableWords);
  return html`<li class=${`card reminder-card tone-${look.tone}${fresh ? ' fresh' : ''}`}>
    <${Sign} reminder=${r} look=${look} />
    <article class="reminder-body" aria-labelledby=${`reminder-${r.id}`}>
      <header class="reminder-top">
        <div>
          <h2 id=${`reminder-${r.id}`}><a class="cover" href=${`/reminders/${r.id}`}>${r.title}</a></h2>
          <p class="reminder-kind rem-dotted"><span>${t(`reminder.${r.reminder_type}`)}</span>${originWords(r).map((one) => html`<span key=${one}>${one}</span>`)}</p>
        </div>
        <${Badge} look=${look} spin=${r.status === 'sending'} />
      </header>
      ${words && html`<p class="rem-excerpt" dir="auto">${words}</p>`}
      <${ReminderTimes} reminder=${r} deliveries=${deliveries} zone=${zone} />
      <${ReminderPeople} reminder=${r} />
      <${ChannelResults} reminder=${r} deliveries=${deliveries} />
      <${Causes} all=${causes(r, deliveries)} bad=${bad} />
      ${may && html`<${CardActions} reminder=${r} event=${event} actions=${actions} />`}
    </article>
  </li>`;
}

/** @param {{reminder: any, event: any, actions: Actions}} props */
function CardActions({ reminder: r, event, actions }) {
  const busy = actions.busy(r.id);
  const pending = r.status === 'pending';
  const retry = canRetry(r, event);
  if (!pending && !retry) return null;
  return html`<footer class="reminder-foot">
    ${retry && html`<${Button} icon="refresh" primary busy=${busy} describedby=${`reminder-${r.id}`} onClick=${() => actions.retry(r)}>${t('action.retry')}<//>`}
    ${canSend(r, event) && html`<${Button} icon="send" busy=${busy} describedby=${`reminder-${r.id}`} onClick=${() => actions.send(r)}>${t('action.send_now')}<//>`}
    ${
      pending &&
      html`<${LinkButton} icon="pencil" href=${`/reminders/${r.id}/edit`}>${t('action.edit')}<//>
      <${IconButton} icon="trash" label=${t('reminders.delete_one', { title: r.title })} busy=${busy} onClick=${() => actions.remove(r)} />`
    }
  </footer>`;
}
