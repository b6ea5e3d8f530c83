// A part of a page of settings: what it is about at the side, what can be set in a card.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Icon } from './icon.js';
import { Skeleton } from './states.js';

/** @param {{id: string, title: string, text?: any, instant?: import('../lib/instant.js').Instant, children?: any}} props instant: tells when a choice has been saved */
export function Section({ id, title, text, instant, children }) {
  return html`<section class="setting" id=${id} aria-labelledby=${`${id}-title`}>
    <div class="setting-about">
      <div class="setting-head"><h2 id=${`${id}-title`}>${title}</h2>${instant && html`<${Saved} instant=${instant} />`}</div>
      ${text && html`<p class="muted">${text}</p>`}
    </div>
    <div class="card setting-card">${children}</div>
  </section>`;
}

/** @param {{instant: import('../lib/instant.js').Instant}} props */
function Saved({ instant }) {
  if (!instant.busy && !instant.saved) return null;
  return html`<span class="setting-saved" aria-hidden="true">
    <${Icon} name=${instant.busy ? 'loader-2' : 'check'} spin=${instant.busy} />${instant.saved && t('state.saved')}
  </span>`;
}

/** A section that will be filled. @param {{rows?: number}} props */
export function SectionSkeleton({ rows = 3 }) {
  return html`<div class="setting" aria-busy="true">
    <div class="setting-about"><span class="sr-only">${t('state.loading')}</span><${Skeleton} kind="short" /></div>
    <div class="card setting-card">${Array.from({ length: rows }, () => html`<div class="setting-row"><${Skeleton} kind="long" /><${Skeleton} kind="setting" /></div>`)}</div>
  </div>`;
}

/**
 * A switch with what it means and how it stands, in the row of a card.
 * @param {{form: {values: Record<string, any>, errors: Record<string, string>, set: (name: string, value: any) => void}, name: string, label: string, hint?: any, icon?: string, disabled?: boolean, children?: any}} props
 *   children: how it stands, at the right of its name
 */
export function SwitchRow({ form, name, label, hint, icon, disabled, children }) {
  const id = `field-${name}`;
  const error = form.errors[name];
  return html`<div class="setting-switch" data-field=${name}>
    ${icon && html`<${Icon} name=${icon} />`}
    <div class="setting-words">
      <label for=${id}>${label}</label>
      ${hint && html`<p class="field-hint" id=${`${id}-hint`}>${hint}</p>`}
      ${error && html`<p class="field-error" role="alert" id=${`${id}-error`}><${Icon} name="alert-circle" /><span>${error}</span></p>`}
    </div>
    ${children}
    <input type="checkbox" role="switch" id=${id} name=${name} checked=${!!form.values[name]} disabled=${disabled}
      aria-invalid=${error ? 'true' : null} aria-describedby=${[hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || null}
      onChange=${(/** @type {any} */ e) => form.set(name, e.target.checked)} />
  </div>`;
}
