// What has just changed: shown for a moment, and told to a screen reader, several at once in one sentence.
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../lib/i18n.js';
import { useChanges } from '../lib/query.js';
import { wasKept } from '../lib/reminders.js';
import { announce, channels } from '../lib/state.js';
import { reminderLook } from '../lib/status.js';

const SHOWN = 2400;
const TOLD_AFTER = 1500;

/**
 * The ids of the reminders that somebody or the clock has just changed.
 * @param {any} event @param {(reminder: any) => boolean} concerns
 * @returns {Set<string>}
 */
export function useFresh(event, concerns) {
  const [fresh, setFresh] = useState(/** @type {Set<string>} */ (new Set()));
  const held = useRef({
    untold: /** @type {string[]} */ ([]),
    timers: /** @type {Set<ReturnType<typeof setTimeout>>} */ (new Set()),
  }).current;
  useEffect(
    () => () => {
      for (const timer of held.timers) clearTimeout(timer);
    },
    [],
  );

  const after = (/** @type {number} */ ms, /** @type {() => void} */ run) => {
    const timer = setTimeout(() => {
      held.timers.delete(timer);
      run();
    }, ms);
    held.timers.add(timer);
  };
  const tell = () => {
    announce(held.untold.length === 1 ? held.untold[0] : t('change.many', { n: held.untold.length }));
    held.untold = [];
  };
  useChanges(['reminders'], (_collection, action, record) => {
    if (action === 'delete' || !concerns(record)) return;
    setFresh((all) => new Set([...all, record.id]));
    after(SHOWN, () => setFresh((all) => new Set([...all].filter((id) => id !== record.id))));
    if (record.status === 'sending') return; // what comes of it follows at once
    const status = t(reminderLook(record, wasKept(record, undefined, channels.value)).key);
    if (held.untold.push(t('change.one', { title: record.title, event: event?.title ?? '', status })) === 1) after(TOLD_AFTER, tell);
  });
  return fresh;
}
