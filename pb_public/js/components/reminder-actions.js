// Sending, retrying and deleting a reminder: asked before, told after.
import { useState } from 'preact/hooks';
import { deleteReminder, retryReminder, sendReminder } from '../data/reminders.js';
import { explain, sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, list, t } from '../lib/i18n.js';
import { recipients } from '../lib/reminders.js';
import { channelNamed, toast } from '../lib/state.js';
import { confirm } from './dialog.js';
import { Icon } from './icon.js';

/**
 * @param {() => void} done called when the server has taken what was asked
 * @returns {{busy: (id: string) => boolean, send: (reminder: any) => Promise<void>, retry: (reminder: any) => Promise<void>, remove: (reminder: any) => Promise<boolean>}}
 */
export function useReminderActions(done) {
  const [under, setUnder] = useState(/** @type {string[]} */ ([]));

  /** @param {any} reminder @param {(id: string) => Promise<any>} action @param {string} words */
  async function run(reminder, action, words) {
    setUnder((all) => [...all, reminder.id]);
    try {
      await action(reminder.id);
      toast(words);
      done();
      return true;
    } catch (error) {
      toast(sentence(explain(error), t, has), { bad: true });
      return false;
    } finally {
      setUnder((all) => all.filter((id) => id !== reminder.id));
    }
  }

  return {
    busy: (id) => under.includes(id),
    send: async (reminder) => {
      const kept = isKept(reminder);
      if (await confirm({ title: t('send.title'), text: sendText(reminder, kept), action: t('action.send_now'), icon: 'send' })) {
        await run(reminder, sendReminder, t(kept ? 'send.done_kept' : 'send.done'));
      }
    },
    retry: async (reminder) => {
      await run(reminder, retryReminder, t('retry.done'));
    },
    remove: async (reminder) => {
      const text = t(reminder.origin === 'plan' ? 'delete_reminder.planned' : 'delete_reminder.text', { title: reminder.title });
      const yes = await confirm({ title: t('delete_reminder.title'), text, action: t('action.delete'), icon: 'trash', danger: true });
      return yes && run(reminder, deleteReminder, t('delete_reminder.done'));
    },
  };
}

/** Whether all of its channels only keep what they are given. @param {any} reminder */
export function isKept(reminder) {
  const used = /** @type {string[]} */ (reminder.channels ?? []);
  return used.length > 0 && used.every((name) => channelNamed(name)?.state === 'sandbox');
}

/** @param {any} reminder @param {boolean} kept */
function sendText(reminder, kept) {
  const people = recipients(reminder)
    .map((r) => r.name)
    .filter(Boolean);
  const used = (reminder.channels ?? []).map((/** @type {string} */ name) => t(`by.${name}`));
  return html`<p>${t('send.what', { title: reminder.title })}</p>
    <p class="muted">${t('send.to', { people: people.length ? list(people) : t('send.nobody'), channels: list(used) })}</p>
    ${kept && html`<p class="kept-line"><${Icon} name="inbox" /><span>${t('send.kept')}</span></p>`}`;
}
