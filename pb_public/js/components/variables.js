// What a template may say of an event: offered as chips, with what each would be; a click puts it where the caret is.
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { exampleOf, variable } from '../lib/liquid.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { type } from './liquid-field.js';

/** @typedef {{name: string, example: string}} Variable */

/** The groups in which variables are offered, by what their names begin with. */
const GROUPS = [
  { key: 'event', of: ['event'] },
  { key: 'customer', of: ['customer', 'contact'] },
  { key: 'people', of: ['responsible', 'team', 'recipient', 'company'] },
  { key: 'days', of: ['days_left', 'days_left_text'] },
];

/** @param {Variable[]} variables */
const grouped = (variables) => GROUPS.map(({ key, of }) => ({ key, items: variables.filter((v) => of.includes(v.name.split('.')[0])) }));

/** @param {string} name */
export const variableName = (name) => t(`templates.var.${name.replace('.', '_')}`);

/**
 * Remembers which field of a form the author wrote in last, and writes there.
 * @returns {{noticed: (e: Event) => void, insert: (name: string) => void, root: {current: HTMLElement | null}}}
 */
export function useInsertion() {
  const last = useRef(/** @type {any} */ (null));
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = (/** @type {any} */ field) => field?.isConnected && field.checkVisibility();
  return {
    root,
    noticed: (e) => {
      if (/** @type {Element} */ (e.target).matches('[data-liquid]')) last.current = e.target;
    },
    insert: (name) => {
      const field = shown(last.current) ? last.current : [...(root.current?.querySelectorAll('textarea[data-liquid]') ?? [])].find(shown);
      if (field) type(field, variable(name));
    },
  };
}

/** @param {{variables: Variable[] | undefined, insert: (name: string) => void}} props */
export function Variables({ variables, insert }) {
  const [at, setAt] = useState(/** @type {Variable | null} */ (null));
  const [listed, setListed] = useState(false);
  const [picked, setPicked] = useState('');
  useEffect(() => {
    // Once the dialog is gone and has given the focus back.
    if (listed || !picked) return;
    insert(picked);
    setPicked('');
  }, [listed, picked]);
  const pick = (/** @type {string} */ name) => {
    setListed(false);
    setPicked(name);
  };
  const keep = (/** @type {Event} */ e) => e.preventDefault(); // the caret stays in the field
  return html`<section class="tpl-variables" aria-labelledby="variables-title">
    <header class="tpl-variables-head">
      <h2 id="variables-title">${t('templates.variables')}</h2>
      <p class="muted clip" aria-live="polite">${at ? html`<code>${variable(at.name)}</code> ${t('templates.example', { example: exampleOf(at) })}` : t('templates.variables_hint')}</p>
      <${Button} icon="list-details" onClick=${() => setListed(true)}>${t('templates.variables_all')}<//>
    </header>
    <div class="tpl-variable-groups">
      ${grouped(variables ?? []).map(
        (group) => html`<div class="tpl-variable-group" key=${group.key} role="group" aria-label=${t(`templates.var_group.${group.key}`)}>
        ${group.items.map(
          (v) => html`<button key=${v.name} type="button" class="tpl-variable-chip" title=${`${variable(v.name)}\n${exampleOf(v)}`}
            onMouseDown=${keep} onMouseEnter=${() => setAt(v)} onMouseLeave=${() => setAt(null)} onFocus=${() => setAt(v)} onBlur=${() => setAt(null)}
            onClick=${() => insert(v.name)}>${variableName(v.name)}</button>`,
        )}
      </div>`,
      )}
    </div>
    ${listed && html`<${VariableList} variables=${variables ?? []} onClose=${() => setListed(false)} onPick=${pick} />`}
  </section>`;
}

/** All of them with their examples. @param {{variables: Variable[], onClose: () => void, onPick: (name: string) => void}} props */
function VariableList({ variables, onClose, onPick }) {
  return html`<${Dialog} wide title=${t('templates.variables')} onClose=${onClose}>
    <div class="dialog-body tpl-variable-list">
      ${grouped(variables).map(
        (group) => html`<section key=${group.key} aria-label=${t(`templates.var_group.${group.key}`)}>
        <h3>${t(`templates.var_group.${group.key}`)}</h3>
        <ul>${group.items.map(
          (
            v,
            i,
          ) => html`<li key=${v.name}><button type="button" class="tpl-variable-row" data-first=${i === 0 && group.key === 'event' ? '' : null} onClick=${() => onPick(v.name)}>
          <span class="strong">${variableName(v.name)}</span><code>${variable(v.name)}</code><span class="muted">${exampleOf(v)}</span>
        </button></li>`,
        )}</ul>
      </section>`,
      )}
    </div>
  <//>`;
}
