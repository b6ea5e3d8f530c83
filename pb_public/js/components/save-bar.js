// The foot of a page that edits something: what is not saved yet, and saving it. Always there, so that nothing moves.
import { useLayoutEffect } from 'preact/hooks';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Button } from './button.js';
import { Icon } from './icon.js';

/** @param {{form: import('../lib/form.js').Form, unsaved: string, discard: () => void, save: string, fresh: boolean}} props unsaved: what is, empty if nothing; fresh: nothing of it was ever saved */
export function SaveBar({ form, unsaved, discard, save, fresh }) {
  return html`<footer class="plan-save">
    <p class=${unsaved ? 'plan-save-state tone-warn' : 'plan-save-state'}>${unsaved ? html`<span class="dot"></span><span>${unsaved}</span>` : !fresh && html`<${Icon} name="check" /><span>${t('plans.all_saved')}</span>`}</p>
    ${unsaved && html`<${Button} onClick=${discard}>${t('action.discard')}<//>`}
    <${Button} type="submit" primary busy=${form.busy}>${save}<//>
  </footer>`;
}

/** Somebody else has saved in the meantime. @param {{take: () => void}} props */
export function OutdatedNote({ take }) {
  return html`<p class="banner tone-warn plan-note" role="alert"><${Icon} name="users" /><span>${t('plans.outdated')} <button type="button" class="text-button strong" onClick=${take}>${t('plans.take_theirs')}</button></span></p>`;
}

/** A form in which nothing was typed follows what others save. @param {import('../lib/form.js').Form} form @param {boolean} outdated */
export function useFollowing(form, outdated) {
  useLayoutEffect(() => {
    if (!form.dirty && outdated) form.reset();
  }, [outdated, form.dirty]);
}
