// The reminders of an event on one line, from the first to the event itself, with what happened to each.

import { day, daysBetween, moment, parse, sameClock, time, zoneName } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, list, t } from '../lib/i18n.js';
import { reasonWords } from '../lib/reasons.js';
import { canRetry, canSend, inOrder, isClosed, leadDays, mayChange, recipients, wasKept } from '../lib/reminders.js';
import { channelNamed, channels, user, viewerZone, zoneOf } from '../lib/state.js';
import { channelLook, reminderLook, typeIcon } from '../lib/status.js';
import { Badge } from './badge.js';
import { Button, LinkButton } from './button.js';
import { Icon } from './icon.js';
import { Outcome } from './outcome.js';
import { Empty } from './states.js';
import { Sign } from './track.js';
import { When } from './when.js';

/** @typedef {ReturnType<typeof import('./reminder-actions.js').useReminderActions>} Actions */
/** @typedef {{event: any, zone: string, may: boolean, fresh: Set<string>, actions: Actions}} Context */

/** So many are shown; more are on the page of the reminders. */
const MOST = 24;

/** @param {{event: any, reminders: any[], deliveries: any[], fresh: Set<string>, actions: Actions}} props */
export function Timeline({ event, reminders, deliveries, fresh, actions }) {
  const may = mayChange(user.value, event) && !isClosed(event);
  const all = `/events/${event.id}/reminders`;
  return html`<section aria-labelledby="timeline">
    <div class="section-head">
      <h2 id="timeline">${t('event.reminders')}</h2><span class="count">${reminders.length}</span>
      <span class="section-actions">
        ${may && html`<${LinkButton} href=${`${all}/new`} icon="bell-plus">${t('event.add_reminder')}<//>`}
        ${reminders.length > 0 && html`<${LinkButton} href=${all} icon="list-details">${t('event.all_reminders')}<//>`}
      </span>
    </div>
    <${Note} event=${event} />
    ${
      reminders.length === 0
        ? html`<div class="card"><${Empty} icon="bell" title=${t('event.no_reminders')} text=${t(event.auto_reminders ? 'event.no_reminders_text' : 'event.plan_off')} /></div>`
        : html`<${Flow} reminders=${inOrder(reminders)} deliveries=${deliveries} context=${{ event, zone: zoneOf(event), may, fresh, actions }} all=${all} />`
    }
  </section>`;
}

/** @param {{event: any}} props */
function Note({ event }) {
  const words = isClosed(event) ? t(`event.closed.${event.status}`) : mayChange(user.value, event) ? '' : t('event.read_only');
  return words && html`<p class="quiet-note"><${Icon} name="info-circle" /><span>${words}</span></p>`;
}

/** @param {{reminders: any[], deliveries: any[], context: Context, all: string}} props in order */
function Flow({ reminders, deliveries, context, all }) {
  // Where there are many, what comes next matters more than what is long done.
  const open = reminders.findIndex((r) => r.status === 'pending' || r.status === 'sending');
  const from = Math.max(0, Math.min((open < 0 ? reminders.length : open) - 3, reminders.length - MOST));
  const shown = reminders.slice(from, from + MOST);
  const start = context.event.planned_start_date;
  const stop = (/** @type {any} */ r) =>
    html`<${Stop} key=${r.id} reminder=${r} deliveries=${deliveries.filter((d) => d.reminder === r.id)} context=${context} />`;
  return html`<ol class="flow">
    ${shown.filter((r) => r.send_datetime <= start).map(stop)}
    <${Begin} key="begin" event=${context.event} zone=${context.zone} />
    ${shown.filter((r) => r.send_datetime > start).map(stop)}
    ${reminders.length > shown.length && html`<li key="more" class="flow-more"><a href=${all}>${t('event.more_reminders', { n: reminders.length - shown.length })}</a></li>`}
  </ol>`;
}

/** The event itself. @param {{event: any, zone: string}} props */
function Begin({ event, zone }) {
  const start = parse(event.planned_start_date);
  const off = event.status === 'cancelled';
  if (!start) return null;
  return html`<li class=${`flow-stop flow-begin ${off ? 'tone-quiet off' : 'tone-accent'}`}>
    <span class="sign"><${Icon} name=${off ? 'ban' : 'flag'} /></span>
    <p><span class="strong">${t('event.begins')}</span> <span class="muted">${moment(start, zone, intl(), new Date())}</span></p>
  </li>`;
}

/** @param {{reminder: any, deliveries: any[], context: Context}} props its own deliveries */
function Stop({ reminder: r, deliveries, context }) {
  const look = reminderLook(r, wasKept(r, deliveries, channels.value));
  const id = `reminder-${r.id}`;
  return html`<li id=${id} class=${`flow-stop tone-${look.tone}${context.fresh.has(r.id) ? ' fresh' : ''}`}>
    <${Sign} reminder=${r} look=${look} />
    <article class="card flow-card" aria-labelledby=${`${id}-title`}>
      <header class="flow-head">
        <div>
          <h3 id=${`${id}-title`}><a class="cover" dir="auto" href=${`/reminders/${r.id}`}>${r.title}</a></h3>
          <${Timing} reminder=${r} context=${context} kept=${look.key === 'reminder.kept'} />
        </div>
        <${Badge} look=${look} spin=${r.status === 'sending'} />
      </header>
      <${Reason} reminder=${r} deliveries=${deliveries} />
      ${deliveries.length > 0 && html`<${Outcome} deliveries=${deliveries} zone=${context.zone} />`}
      <div class="flow-foot">
        ${deliveries.length === 0 && r.status !== 'cancelled' && r.status !== 'skipped' && html`<${Destined} reminder=${r} />`}
        ${context.may && html`<${Act} reminder=${r} id=${id} context=${context} />`}
      </div>
    </article>
  </li>`;
}

/** How long before the event, when, and how soon. @param {{reminder: any, context: Context, kept: boolean}} props */
function Timing({ reminder: r, context: { event, zone }, kept }) {
  const due = parse(r.send_datetime);
  const sent = parse(r.sent_at);
  const start = parse(event.planned_start_date);
  if (!due) return null;
  const now = new Date();
  const days = start && leadDays(due, start, (a, b) => daysBetween(a, b, zone));
  const clock = sent ? `${day(sent, zone, intl(), now)} ${time(sent, zone, intl(), true)}` : moment(due, zone, intl(), now);
  return html`<p class="flow-when"><span class="dotted">
    ${typeof days === 'number' && html`<span>${days === 0 ? t('event.same_day') : t('event.days_before', { n: days })}</span>`}
    <span>${sent ? t(kept ? 'event.kept_at' : 'event.sent_at', { time: clock }) : clock}${!sameClock(zone, viewerZone.value, due) && ` (${zoneName(zone, due, intl())})`}</span>
    ${r.status === 'pending' && html`<span class="flow-due"><${When} at=${due} zone=${zone} form="due" /></span>`}
    ${r.origin === 'manual' && html`<span>${t('event.by_hand')}</span>`}
  </span></p>`;
}

/** Why it stands as it does, unless a delivery says so itself. @param {{reminder: any, deliveries: any[]}} props */
function Reason({ reminder: r, deliveries }) {
  if (!r.status_reason || r.status === 'sent' || deliveries.some((d) => d.error === r.status_reason)) return null;
  return html`<p class="flow-reason"><${Icon} name="info-circle" /><span>${reasonWords(r.status_reason)}</span></p>`;
}

/** To whom and by what it will go. @param {{reminder: any}} props */
function Destined({ reminder: r }) {
  const people = recipients(r).map((one) => one.name || t('recipient.unknown'));
  return html`<div class="destined">
    <p><${Icon} name="users" /><span class="sr-only">${t('event.to')}</span><span dir="auto">${people.length > 0 ? list(people) : t('send.nobody')}</span></p>
    <ul aria-label=${t('event.by')}>${(r.channels ?? []).map((/** @type {string} */ name) => html`<${ChannelWord} key=${name} name=${name} waits=${r.status === 'pending'} />`)}</ul>
  </div>`;
}

/** A channel, and its state where a message that waits for it should know. @param {{name: string, waits: boolean}} props */
function ChannelWord({ name, waits }) {
  const channel = channelNamed(name);
  const look = channelLook(channel);
  const odd = waits && channel && channel.state !== 'ready';
  return html`<li class=${odd ? `tone-${look.tone}` : ''}><${Icon} name=${typeIcon(name)} />${t(`channel.${name}`)}${odd && html` <span class="channel-state">${t(look.key)}</span>`}</li>`;
}

/** @param {{reminder: any, id: string, context: Context}} props */
function Act({ reminder: r, id, context: { event, actions } }) {
  const busy = actions.busy(r.id);
  const described = `${id}-title`;
  if (canSend(r, event))
    return html`<${Button} icon="send" busy=${busy} describedby=${described} onClick=${() => actions.send(r)}>${t('action.send_now')}<//>`;
  if (canRetry(r, event))
    return html`<${Button} primary icon="refresh" busy=${busy} describedby=${described} onClick=${() => actions.retry(r)}>${t('action.retry')}<//>`;
  return null;
}
