// What can be done with an event: the next step of its life as a button, everything else behind one.
import { useState } from 'preact/hooks';
import { changeEvent, deleteEvent } from '../data/event.js';
import { explain, sentence } from '../lib/errors.js';
import { movesOf, takesBack, writes } from '../lib/event-moves.js';
import { html } from '../lib/html.js';
import { has, t } from '../lib/i18n.js';
import { mayChange } from '../lib/reminders.js';
import { go } from '../lib/router.js';
import { atLeast, minute, toast, user } from '../lib/state.js';
import { Button, LinkButton } from './button.js';
import { confirm } from './dialog.js';
import { Menu } from './menu.js';

/** @typedef {import('../lib/event-moves.js').Move} Move */

/** @type {Record<Move, string>} */
const ICONS = { confirm: 'circle-check', start: 'player-play', complete: 'check', cancel: 'ban', reopen: 'arrow-back-up' };

/**
 * @param {{event: any, reminders: any[], deliveries: any[], changed: (event: any) => void}} props changed: called with the event as the server has it
 */
export function EventActions({ event, reminders, deliveries, changed }) {
  const [busy, setBusy] = useState(false);
  minute.value; // what comes next depends on the time of day
  const may = mayChange(user.value, event);
  const { next, others } = movesOf(event, new Date());

  /** @param {() => Promise<void>} act */
  async function run(act) {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toast(sentence(explain(error), t, has), { bad: true });
    }
    setBusy(false);
  }

  /** @param {Move} move */
  const take = async (move) => {
    if (move === 'cancel' && !(await asksToCancel(reminders))) return;
    const before = takesBack(event);
    await run(async () => {
      changed(await changeEvent(event.id, writes(move, event, new Date())));
      toast(t(`event.done.${move}`), { action: { label: t('action.undo'), run: () => run(() => undo(before)) } });
    });
  };

  /** @param {import('../lib/event-moves.js').Writes} before */
  const undo = async (before) => {
    changed(await changeEvent(event.id, before));
    toast(t('event.done.undo'));
  };

  const remove = async () => {
    if (!(await asksToDelete(event))) return;
    await run(async () => {
      await deleteEvent(event.id);
      toast(t('event.done.delete', { title: event.title }));
      go('/events', { replace: true });
    });
  };

  const entry = (/** @type {Move} */ move) => ({
    label: t(`event.move.${move}`),
    icon: ICONS[move],
    danger: move === 'cancel',
    run: () => take(move),
  });
  const items = [
    ...(may ? others.filter((move) => move !== 'cancel').map(entry) : []),
    atLeast('staff') && { label: t('event.duplicate'), icon: 'copy', run: () => go(`/events/new?from=${event.id}`) },
    may && others.includes('cancel') && entry('cancel'),
    may && nothingSent(deliveries) && { label: t('event.delete'), icon: 'trash', danger: true, run: remove },
  ];
  return html`
    ${may && next && html`<${Button} primary icon=${ICONS[next]} busy=${busy} onClick=${() => take(next)}>${t(`event.move.${next}`)}<//>`}
    ${may && html`<${LinkButton} icon="pencil" href=${`/events/${event.id}/edit`}>${t('action.edit')}<//>`}
    <${Menu} label=${t('action.more')} items=${items} />`;
}

/** What was sent stays as proof, with its event: the server deletes neither. @param {any[]} deliveries */
function nothingSent(deliveries) {
  return !deliveries.some((d) => ['sending', 'sent', 'delivered', 'unknown'].includes(d.status) || d.possible_duplicate);
}

/** @param {any[]} reminders */
function asksToCancel(reminders) {
  const waiting = reminders.filter((r) => r.status === 'pending' || r.status === 'sending').length;
  const text = waiting > 0 ? t('event.ask_cancel_text', { n: waiting }) : t('event.ask_cancel_none');
  return confirm({
    title: t('event.ask_cancel'),
    text,
    action: t('event.move.cancel'),
    no: t('event.ask_cancel_no'),
    icon: 'ban',
    danger: true,
  });
}

/** @param {any} event */
function asksToDelete(event) {
  return confirm({
    title: t('event.ask_delete'),
    text: t('event.ask_delete_text', { title: event.title }),
    action: t('action.delete'),
    icon: 'trash',
    danger: true,
  });
}
