// Says that a form holds what was typed before, and offers to begin anew.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Icon } from './icon.js';

/** @param {{form: import('../lib/form.js').Form}} props */
export function DraftNote({ form }) {
  if (!form.restored) return null;
  return html`<p class="quiet-note draft-note"><${Icon} name="history" /><span>${t('state.draft')}
    <button type="button" class="text-button" onClick=${form.reset}>${t('action.discard')}</button></span></p>`;
}
