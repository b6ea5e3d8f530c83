// Further actions behind one button (WAI-ARIA menu button).
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from '../lib/html.js';
import { Icon } from './icon.js';

/** @param {{label: string, icon?: string, wide?: boolean, items: ({label: string, icon?: string, danger?: boolean, run: () => void} | false | null | undefined)[]}} props wide: the label is shown */
export function Menu({ label, icon = 'dots', wide, items }) {
  const [open, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLDivElement | null} */ (null));
  const shown = /** @type {{label: string, icon?: string, danger?: boolean, run: () => void}[]} */ (items.filter(Boolean));
  const entries = () => /** @type {HTMLElement[]} */ ([...(root.current?.querySelectorAll('[role=menuitem]') ?? [])]);
  useEffect(() => {
    if (!open) return undefined;
    entries()[0]?.focus();
    const away = (/** @type {Event} */ e) => {
      if (!root.current?.contains(/** @type {Node} */ (e.target))) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [open]);
  if (shown.length === 0) return null;
  const shut = () => {
    setOpen(false);
    /** @type {HTMLElement | null | undefined} */ (root.current?.querySelector('[aria-haspopup]'))?.focus();
  };
  const key = (/** @type {KeyboardEvent} */ e) => {
    const all = entries();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[e.key];
    if (e.key === 'Escape') shut();
    else if (e.key === 'Tab') setOpen(false);
    else if (to !== undefined) all[to % all.length]?.focus();
    else return;
    if (e.key !== 'Tab') e.preventDefault();
  };
  return html`<div class="menu-root" ref=${root}>
    <button type="button" class=${wide ? 'button' : 'icon-button'} aria-haspopup="menu" aria-expanded=${String(open)} aria-label=${wide ? null : label} title=${wide ? null : label} onClick=${() => setOpen(!open)}>
      <${Icon} name=${icon} />${wide && html`<span>${label}</span>`}
    </button>
    ${
      open &&
      html`<div class="menu" role="menu" aria-label=${label} onKeyDown=${key}>
      ${shown.map(
        (
          item,
        ) => html`<button key=${item.label} type="button" role="menuitem" tabindex="-1" class=${item.danger ? 'menu-item danger' : 'menu-item'} onClick=${() => {
          shut();
          item.run();
        }}>
        ${item.icon && html`<${Icon} name=${item.icon} />`}${item.label}
      </button>`,
      )}
    </div>`
    }
  </div>`;
}
