// What has just changed: shown for a moment, and told to a screen reader, several at once in one sentence.
import { t } from '../lib/i18n.js';
import { reminderLook } from '../lib/status.js';
import { wasKept } from '../lib/reminders.js';
import { announce, app, redraw } from '../app.js';

const SHOWN = 2400;
const TOLD_EVERY = 4000;

export function changeWatcher() {
  /** @type {Set<string>} */
  const fresh = new Set();
  /** @type {string[]} */
  let untold = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let telling;

  return {
    fresh,
    /** @param {any} reminder @param {any} event */
    note(reminder, event) {
      fresh.add(reminder.id);
      setTimeout(() => {
        fresh.delete(reminder.id);
        redraw();
      }, SHOWN);
      if (reminder.status === 'sending') return;
      untold.push(t('change.one', { title: reminder.title, event: event.title, status: t(reminderLook(reminder, wasKept(reminder, undefined, app.channels)).key) }));
      telling ??= setTimeout(() => {
        announce(untold.length === 1 ? untold[0] : t('change.many', { n: untold.length }));
        untold = [];
        telling = undefined;
      }, TOLD_EVERY);
    },
    stop() {
      clearTimeout(telling);
    },
  };
}
