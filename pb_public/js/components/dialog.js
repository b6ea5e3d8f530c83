// Questions: a dialog in the middle of a desktop, a sheet at the bottom of a phone. The browser keeps the focus inside.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Button, IconButton } from './button.js';

let count = 0;

/**
 * Open as long as it is drawn. Escape, the cross and a click beside it call onClose; with `firm` only buttons of its own close it.
 * @param {{title: string, onClose: () => void, firm?: boolean, wide?: boolean, children?: any}} props
 */
export function Dialog({ title, onClose, firm, wide, children }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useRef(`dialog-${++count}`).current;
  useEffect(() => {
    const dialog = /** @type {HTMLDialogElement} */ (ref.current);
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    dialog.showModal();
    /** @type {HTMLElement | null} */ (dialog.querySelector('[data-first], [autofocus]'))?.focus();
    return () => before?.focus?.({ preventScroll: true });
  }, []);
  const cancel = (/** @type {Event} */ e) => {
    e.preventDefault();
    if (!firm) onClose();
  };
  return html`<dialog class=${wide ? 'dialog wide' : 'dialog'} ref=${ref} aria-labelledby=${id} onCancel=${cancel}
      onMouseDown=${(/** @type {Event} */ e) => {
        if (e.target === ref.current && !firm) onClose();
      }}>
    <header class="dialog-head">
      <h2 id=${id}>${title}</h2>
      ${!firm && html`<${IconButton} icon="x" label=${t('action.close')} onClick=${onClose} />`}
    </header>
    ${children}
  </dialog>`;
}

/** @typedef {{title: string, text: any, action: string, no?: string, icon?: string, danger?: boolean, answer: (yes: boolean) => void}} Question no: where “Cancel” might be taken for the action */
const question = signal(/** @type {Question | null} */ (null));

/**
 * Asks before something that cannot be undone.
 * @param {Omit<Question, 'answer'>} o
 * @returns {Promise<boolean>}
 */
export function confirm(o) {
  question.peek()?.answer(false);
  return new Promise((resolve) => {
    const answer = (/** @type {boolean} */ yes) => {
      question.value = null;
      resolve(yes);
    };
    question.value = { ...o, answer };
  });
}

/** Where the question that is being asked is drawn: once, in the frame of the app. */
export function Questions() {
  const q = question.value;
  if (!q) return null;
  return html`<${Dialog} key=${q.title} title=${q.title} onClose=${() => q.answer(false)}>
    <div class="dialog-body">${typeof q.text === 'string' ? html`<p>${q.text}</p>` : q.text}</div>
    <footer class="dialog-foot">
      <${Button} onClick=${() => q.answer(false)}>${q.no ?? t('action.cancel')}<//>
      <${Button} primary=${!q.danger} danger=${q.danger} icon=${q.icon} first onClick=${() => q.answer(true)}>${q.action}<//>
    </footer>
  <//>`;
}
