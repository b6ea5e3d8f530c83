// Times that count: they are drawn once and kept right by tick().
import { h } from '../lib/dom.js';
import { countdown, relative } from '../lib/dates.js';
import { intl, t } from '../lib/i18n.js';

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
 * @param {Date} at
 * @param {string} zone
 * @param {'due' | 'short' | 'since' | 'launch'} form due: what has come is due now; short: the same in fewer letters; launch: a clock that counts down
 */
export function ticking(at, zone, form) {
  return h('time', { datetime: at.toISOString(), 'data-zone': zone, 'data-form': form }, words(at, zone, form, new Date()));
}

/** Brings every such time on the page up to date. */
export function tick() {
  const now = new Date();
  for (const element of document.querySelectorAll('time[data-form]')) {
    const { zone = 'UTC', form = 'since' } = /** @type {HTMLElement} */ (element).dataset;
    const text = words(new Date(element.getAttribute('datetime') ?? ''), zone, form, now);
    if (element.textContent !== text) element.textContent = text;
  }
}
