// Asks for another time of an event, from any page: the dialog with its words and styles is fetched when it is first wanted.
import { useState } from 'preact/hooks';
import { explain, sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, loadWords, t } from '../lib/i18n.js';
import { loadSheet } from '../lib/lazy.js';
import { toast } from '../lib/state.js';

/** @typedef {import('../lib/calendar.js').Times} Times */
/** @typedef {{event: any, times?: Times, undone?: () => void}} Asked */

/** @type {any} */
let Reschedule = null;

/** What the dialog is made of. */
async function fetchDialog() {
  const [module] = await Promise.all([
    import('./reschedule.js'),
    loadWords('calendar'),
    loadWords('deliveries'),
    loadSheet('css/areas/calendar.css'),
  ]);
  Reschedule = module.Reschedule;
}

/**
 * @param {(event: any) => void} [moved] called with the event as it stands after it was moved, or moved back
 * @returns {{dialog: any, ask: (event: any, times?: Times, undone?: () => void) => void}}
 *   dialog: to be drawn; ask: times are those wished for, undone is called when the event stays where it was
 */
export function useReschedule(moved = () => {}) {
  const [asked, set] = useState(/** @type {Asked | null} */ (null));
  const ask = async (/** @type {any} */ event, /** @type {Times | undefined} */ times, /** @type {(() => void) | undefined} */ undone) => {
    try {
      if (!Reschedule) await fetchDialog();
      set({ event, times, undone });
    } catch (error) {
      undone?.();
      toast(sentence(explain(error), t, has), { bad: true });
    }
  };
  const close = () => {
    asked?.undone?.();
    set(null);
  };
  const saved = (/** @type {any} */ event) => {
    set(null);
    moved(event);
  };
  const dialog =
    asked &&
    html`<${Reschedule} key=${asked.event.id} event=${asked.event} times=${asked.times} onClose=${close} onSaved=${saved} onMovedBack=${moved} />`;
  return { dialog, ask };
}
