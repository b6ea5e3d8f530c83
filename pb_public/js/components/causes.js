// Why something did not arrive, and what to do about it; the provider's own words below.
import { html } from '../lib/html.js';
import { has, t } from '../lib/i18n.js';
import { reasonKey } from '../lib/reminders.js';
import { Icon } from './icon.js';

/** @typedef {import('../lib/reminder-list.js').Cause} Cause */

/** A reason of the server's in the reader's words, with what can be done. @param {string} reason */
export function reasonWords(reason) {
  const key = reasonKey(reason);
  if (!has(key)) return reason;
  const fix = key.replace(/^reason\./, 'reminders.fix.');
  return has(fix) ? `${t(key)} ${t(fix)}` : t(key);
}

/** @param {{all: Cause[], bad?: boolean}} props bad: something failed */
export function Causes({ all, bad }) {
  if (all.length === 0) return null;
  return html`<ul class=${`rem-causes ${bad ? 'tone-bad' : 'tone-quiet'}`}>${all.map(
    (one) =>
      html`<li key=${one.words} class="rem-cause"><${Icon} name=${bad ? 'alert-circle' : 'info-circle'} /><div><${CauseWords} cause=${one} /></div></li>`,
  )}</ul>`;
}

/** @param {{cause: Cause}} props */
export function CauseWords({ cause }) {
  if (!cause.theirs || !has(cause.key)) return html`<p class="rem-cause-said">${reasonWords(cause.words)}</p>`;
  return html`<p class="rem-cause-said">${t(cause.key, { channel: cause.channel ? t(`channel.${cause.channel}`) : '' })}</p>
    <p class="rem-cause-theirs" lang="en">${cause.words}</p>`;
}
