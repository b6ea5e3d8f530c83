// An address that was refused, why, and another try. Only managers know of these marks.
import { useState } from 'preact/hooks';
import { clearRefusal } from '../data/refusals.js';
import { explain, sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, t } from '../lib/i18n.js';
import { told } from '../lib/reasons.js';
import { announce, toast } from '../lib/state.js';
import { CauseWords } from './causes.js';
import { Icon } from './icon.js';

/** @typedef {import('../data/refusals.js').Refusal} Refusal */

/** @param {{refusals: Refusal[], onCleared: () => void}} props */
export function RefusalNotes({ refusals, onCleared }) {
  return refusals.map((r) => html`<${Note} key=${r.id} refusal=${r} onCleared=${onCleared} />`);
}

/** @param {{refusal: Refusal, onCleared: () => void}} props */
function Note({ refusal, onCleared }) {
  const [busy, setBusy] = useState(false);
  const again = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await clearRefusal(refusal.id);
      toast(t('people.refused.cleared', { address: refusal.address }));
      onCleared();
    } catch (error) {
      const problem = explain(error);
      if (problem.kind === 'missing')
        onCleared(); // somebody else was quicker
      else toast(sentence(problem, t, has), { bad: true });
      announce(sentence(problem, t, has));
    }
    setBusy(false);
  };
  return html`<div class="refusal tone-bad">
    <${Icon} name="mail-exclamation" />
    <div>
      <p class="strong">${t('people.refused.title', { address: refusal.address })}</p>
      ${refusal.reason && html`<${CauseWords} cause=${told(refusal.reason)} />`}
      <button type="button" class="people-act" aria-disabled=${busy ? 'true' : null} onClick=${again}>
        <${Icon} name=${busy ? 'loader-2' : 'refresh'} spin=${busy} />${t('people.refused.again')}
      </button>
    </div>
  </div>`;
}
