// Questions: a dialog in the middle of a desktop, a sheet at the bottom of a phone. The browser keeps the focus inside.
import { draw, h } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { icon } from './icon.js';

/** @typedef {import('../lib/dom.js').Children} Children */

/**
 * Opens a dialog. `view` gets a function that closes it and one that draws it anew.
 * @template T
 * @param {string} title
 * @param {(close: (result?: T) => void, again: () => void) => Children} view
 * @returns {Promise<T | undefined>} undefined when it was dismissed
 */
export function open(title, view) {
  return new Promise((resolve) => {
    /** @type {T | undefined} */
    let result;
    const dialog = /** @type {HTMLDialogElement} */ (h('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' }));
    /** @param {T} [r] */
    const close = (r) => {
      result = r;
      dialog.close();
    };
    const again = () => draw(dialog, [
      h('header', { class: 'dialog-head' },
        h('h2', { id: 'dialog-title' }, title),
        h('button', { type: 'button', class: 'icon-button', 'aria-label': t('action.close'), on: { click: () => close() } }, icon('x'))),
    ].concat(/** @type {any} */ (view(close, again))));
    again();
    dialog.addEventListener('click', (event) => { if (event.target === dialog) close(); });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    /** @type {HTMLElement | null} */ (dialog.querySelector('[data-first]'))?.focus();
  });
}

/**
 * Asks before something that cannot be undone.
 * @param {{title: string, text: Children, action: string, icon: string}} o
 * @returns {Promise<boolean>}
 */
export async function confirm(o) {
  const yes = await open(o.title, (/** @type {(r?: boolean) => void} */ close) => [
    h('div', { class: 'dialog-body' }, o.text),
    h('footer', { class: 'dialog-foot' },
      h('button', { type: 'button', class: 'button', on: { click: () => close(false) } }, t('action.cancel')),
      h('button', { type: 'button', class: 'button primary', 'data-first': true, on: { click: () => close(true) } }, icon(o.icon), o.action)),
  ]);
  return yes === true;
}
