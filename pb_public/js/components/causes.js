// Why something did not arrive, and what to do about it; the provider's own words below.
import { html } from '../lib/html.js';
import { languageOf } from '../lib/reasons.js';
import { sentences } from '../lib/sentences.js';
import { Icon } from './icon.js';

/** @typedef {import('../lib/deliveries.js').Cause} Cause */

/** @param {{all: Cause[], bad?: boolean}} props bad: something failed */
export function Causes({ all, bad }) {
  if (all.length === 0) return null;
  return html`<ul class=${`rem-causes ${bad ? 'tone-bad' : 'tone-quiet'}`}>${all.map(
    (one) =>
      html`<li key=${one.words} class="rem-cause"><${Icon} name=${bad ? 'alert-circle' : 'info-circle'} /><div><${CauseWords} cause=${one} /></div></li>`,
  )}</ul>`;
}

/** @param {{cause: {said: string, fix?: string, theirs?: string}}} props */
export function CauseWords({ cause: { said, fix = '', theirs } }) {
  return html`${(said || fix) && html`<p class="cause-said">${sentences(said, fix)}</p>`}
    ${theirs && html`<p class="cause-theirs" lang=${languageOf(theirs)} dir="auto">${theirs}</p>`}`;
}
