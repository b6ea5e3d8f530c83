// What needs someone: events past their time, and reminders that did not arrive, each with what mends it.
import { useState } from 'preact/hooks';
import { saveMove } from '../data/today.js';
import { day, moment, parse, time } from '../lib/dates.js';
import { explain, sentence } from '../lib/errors.js';
import { takesBack, writes } from '../lib/event-moves.js';
import { html } from '../lib/html.js';
import { has, intl, t } from '../lib/i18n.js';
import { fixWords, languageOf, reasonWords, told } from '../lib/reasons.js';
import { canRetry, mayChange } from '../lib/reminders.js';
import { sentences } from '../lib/sentences.js';
import { atLeast, channels, minute, toast, user, viewerZone, zoneOf } from '../lib/state.js';
import { failureOf } from '../lib/today.js';
import { Button, LinkButton } from './button.js';
import { confirm } from './dialog.js';
import { Icon } from './icon.js';
import { Menu } from './menu.js';
import { useReminderActions } from './reminder-actions.js';
import { When } from './when.js';

const FIRST = 5;

/** @param {{today: import('../data/today.js').Today, changed: () => void, reschedule: (event: any) => void}} props */
export function Attention({ today, changed, reschedule }) {
  const [all, showAll] = useState(false);
  const paused = channels.value.filter((c) => c.state === 'paused');
  const needs = [
    ...(atLeast('admin') ? paused : []).map((channel) => ({ id: channel.name, line: html`<${PausedChannel} channel=${channel} />` })),
    ...today.failed.items.map((reminder) => ({
      id: reminder.id,
      line: html`<${FailedReminder} reminder=${reminder} changed=${changed} />`,
    })),
    ...today.overdue.items.map((event) => ({
      id: event.id,
      line: html`<${OverdueEvent} event=${event} changed=${changed} reschedule=${reschedule} />`,
    })),
  ];
  const shown = all ? needs : needs.slice(0, FIRST);
  return html`<section id="needs" class="needs" tabindex="-1" aria-labelledby="needs-title">
    <div class="group-head"><h2 id="needs-title">${t(atLeast('staff') ? 'today.needs' : 'today.needs_someone')}</h2>${needs.length > 0 && html`<span class="count">${needs.length}</span>`}</div>
    ${needs.length === 0 ? html`<${Well} waits=${paused.length > 0} />` : html`<ul class="card rows">${shown.map(({ id, line }) => html`<li key=${id} class="row-item need">${line}</li>`)}</ul>`}
    ${needs.length > shown.length && html`<${Button} wide onClick=${() => showAll(true)}>${t('today.show_all', { n: needs.length })}<//>`}
    ${today.late.items.length > 0 && html`<${Late} reminders=${today.late.items} total=${today.late.totalItems} />`}
  </section>`;
}

/** @param {{waits: boolean}} props waits: a channel is paused, as is told above */
function Well({ waits }) {
  return html`<div class=${`card well tone-${waits ? 'quiet' : 'good'}`}>
    <span class="need-sign"><${Icon} name=${waits ? 'player-pause' : 'check'} /></span>
    <div><p class="strong">${t(waits ? 'today.waits' : 'today.well')}</p><p class="muted">${t(waits ? 'today.waits_text' : 'today.well_text')}</p></div>
  </div>`;
}

/** What the banner above says, with the way to its mend. @param {{channel: import('../lib/state.js').Channel}} props */
function PausedChannel({ channel }) {
  const title = t('channel.paused_title', { channel: t(`channel.${channel.name}`) });
  return html`<${Need} icon="player-pause" tone="warn" href="/channels" title=${title} about=${[]} why=${channel.reason ? reasonWords(channel.reason) : t('channel.paused_wait')}>
    <${LinkButton} href="/channels" icon="send">${t('today.to_channels')}<//>
  <//>`;
}

/** @param {{icon: string, tone: string, href: string, title: string, about: string[], why: any, children?: any}} props */
function Need({ icon, tone, href, title, about, why, children }) {
  const line = about.filter(Boolean).join(' · ');
  return html`<span class=${`need-sign tone-${tone}`}><${Icon} name=${icon} /></span>
    <div class="need-what">
      <a class="cover" href=${href}>${title}</a>
      ${line && html`<p class="need-about clip" title=${line}>${line}</p>`}
      <p class=${`need-why tone-${tone}`}>${why}</p>
    </div>
    ${children && html`<div class="need-actions">${children}</div>`}`;
}

/** @param {{event: any, changed: () => void, reschedule: (event: any) => void}} props */
function OverdueEvent({ event, changed, reschedule }) {
  minute.value;
  const zone = zoneOf(event);
  const begun = event.status === 'in_progress';
  const at = parse(begun ? event.planned_end_date : event.planned_start_date) ?? new Date();
  const why = html`${t('event.overdue')} · ${t(begun ? 'today.not_finished' : 'today.not_started', { when: moment(at, zone, intl(), new Date()) })}`;
  const { busy, take } = useMoves(event, changed);
  const may = mayChange(user.value, event);
  const cancel = async () => {
    const yes = await confirm({
      title: t('today.cancel_title', { title: event.title }),
      text: t('today.cancel_text'),
      action: t('today.cancel'),
      icon: 'ban',
      danger: true,
    });
    if (yes) take('cancel');
  };
  return html`<${Need} icon="alert-triangle" tone="warn" href=${`/events/${event.id}`} title=${event.title} why=${why}
      about=${[event.expand?.customer?.name, event.expand?.sales_responsible?.name]}>
    ${
      may &&
      html`<${Button} icon="check" busy=${busy} onClick=${() => take('complete')} label=${t('today.complete_one', { title: event.title })}>${t('today.complete')}<//>
      <${Menu} label=${t('today.more_one', { title: event.title })} items=${[
        !begun && { label: t('today.start'), icon: 'player-play', run: () => take('start') },
        { label: t('today.move'), icon: 'calendar-time', run: () => reschedule(event) },
        !begun && { label: t('today.cancel'), icon: 'ban', danger: true, run: cancel },
      ]} />`
    }
  <//>`;
}

/** Takes an event a step further, and offers to take that back. @param {any} event @param {() => void} changed */
function useMoves(event, changed) {
  const [busy, setBusy] = useState(false);
  /** @param {import('../lib/event-moves.js').Writes} body @param {() => void} [saved] */
  async function save(body, saved) {
    setBusy(true);
    try {
      await saveMove(event.id, body);
      saved?.();
      changed();
    } catch (error) {
      toast(sentence(explain(error), t, has), { bad: true });
    }
    setBusy(false);
  }
  /** @param {import('../lib/event-moves.js').Move} move */
  function take(move) {
    const before = takesBack(event);
    const body = writes(move, event, new Date());
    const undo = { label: t('action.undo'), run: () => save(before) };
    return save(body, () => toast(t('today.turned', { title: event.title, status: t(`event.${body.status}`) }), { action: undo }));
  }
  return { busy, take };
}

/** @param {{reminder: any, changed: () => void}} props */
function FailedReminder({ reminder: r, changed }) {
  const event = r.expand?.event;
  const actions = useReminderActions(changed);
  const failure = failureOf(r);
  const partly = r.status === 'partial';
  const { said, theirs } = told(failure?.error ?? '');
  const line = [t(`reminder.${r.status}`), failure && t(`channel.${failure.channel}`), said].filter(Boolean).join(' · ');
  const why = html`${sentences(line, fixWords(failure?.error ?? ''))}${theirs && html`<span class="cause-theirs" lang=${languageOf(theirs)} dir="auto">${theirs}</span>`}`;
  return html`<${Need} icon=${partly ? 'alert-triangle' : 'x'} tone=${partly ? 'warn' : 'bad'} href=${`/reminders/${r.id}`} title=${r.title} why=${why}
      about=${[event?.title, event?.expand?.customer?.name]}>
    ${event && mayChange(user.value, event) && canRetry(r, event) && html`<${Button} icon="refresh" busy=${actions.busy(r.id)} onClick=${() => actions.retry(r)} label=${t('today.retry_one', { title: r.title })}>${t('action.retry')}<//>`}
  <//>`;
}

/** Reminders that left, but not in time: nothing to be done, yet to be known. @param {{reminders: any[], total: number}} props */
function Late({ reminders, total }) {
  const zone = viewerZone.value;
  return html`<details class="late-list">
    <summary><${Icon} name="clock" />${t('today.late', { n: total })}<${Icon} name="chevron-down" /></summary>
    <ul class="card rows">${reminders.map((r) => {
      const due = parse(r.send_datetime);
      const left = parse(r.sent_at);
      return html`<li key=${r.id} class="row-item late-line"><div class="need-what">
        <a class="cover" href=${`/reminders/${r.id}`}>${r.title}</a>
        <p class="need-about clip">${[r.expand?.event?.title, r.expand?.event?.expand?.customer?.name].filter(Boolean).join(' · ')}</p>
      </div>
      ${due && left && html`<p class="late-when">${t('today.late_when', { due: `${day(due, zone, intl(), new Date())} ${time(due, zone, intl())}`, left: `${day(left, zone, intl(), new Date())} ${time(left, zone, intl())}` })} <span class="muted">(<${When} at=${left} />)</span></p>`}
      </li>`;
    })}</ul>
  </details>`;
}
