// Times that count.
import { useEffect, useReducer } from 'preact/hooks';
import { countdown, relative } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { viewerZone } from '../lib/state.js';

/** @type {Set<() => void>} */
const ticking = new Set();
setInterval(() => {
  if (!globalThis.document?.hidden) for (const tick of ticking) tick();
}, 1000);

/** @param {Date} at @param {string} zone @param {string} form @param {Date} now */
function words(at, zone, form, now) {
  const left = at.getTime() - now.getTime();
  if (form === 'launch') {
    const clock = countdown(left);
    return clock === null ? relative(at, now, zone, intl()) : `T\u2212${clock}`;
  }
  if (form !== 'since' && left <= 0) return t('due.now');
  return relative(at, now, zone, intl(), form === 'short' ? 'short' : 'long');
}

/**
 * "in 3 days", kept right while it is on the screen.
 * @param {{at: Date, zone?: string, form?: 'due' | 'short' | 'since' | 'launch'}} props
 *   due: what has come is due now; short: the same in fewer letters; launch: a clock that counts down
 */
export function When({ at, zone = viewerZone.value, form = 'since' }) {
  const [, tick] = useReducer((/** @type {number} */ n) => n + 1, 0);
  useEffect(() => {
    let shown = words(at, zone, form, new Date());
    const look = () => {
      const now = words(at, zone, form, new Date());
      if (now === shown) return;
      shown = now;
      tick(0);
    };
    ticking.add(look);
    return () => ticking.delete(look);
  }, [at.getTime(), zone, form]);
  return html`<time datetime=${at.toISOString()}>${words(at, zone, form, new Date())}</time>`;
}
