import { html } from '../lib/html.js';
import { Icon } from './icon.js';

/**
 * A button that acts. While busy it keeps the focus and its place, and does nothing.
 * @param {{icon?: string, primary?: boolean, danger?: boolean, wide?: boolean, busy?: boolean, type?: string, onClick?: (e: Event) => void, children?: any, describedby?: string, label?: string, first?: boolean}} props
 */
export function Button({ icon, primary, danger, wide, busy, type = 'button', onClick, children, describedby, label, first }) {
  const names = ['button', primary && 'primary', danger && 'danger', wide && 'wide'].filter(Boolean).join(' ');
  return html`<button type=${type} class=${names} aria-disabled=${busy ? 'true' : null} aria-describedby=${describedby}
      aria-label=${label} data-first=${first ? '' : null} onClick=${busy ? (/** @type {Event} */ e) => e.preventDefault() : onClick}>
    ${(busy || icon) && html`<${Icon} name=${busy ? 'loader-2' : icon} spin=${busy} />`}<span>${children}</span>
  </button>`;
}

/** A button that is only an icon; its label says what it does. @param {{icon: string, label: string, onClick?: (e: Event) => void, busy?: boolean, pressed?: boolean}} props */
export function IconButton({ icon, label, onClick, busy, pressed }) {
  return html`<button type="button" class="icon-button" aria-label=${label} title=${label} aria-disabled=${busy ? 'true' : null}
      aria-pressed=${pressed === undefined ? null : String(pressed)} onClick=${busy ? null : onClick}>
    <${Icon} name=${busy ? 'loader-2' : icon} spin=${busy} />
  </button>`;
}

/** A link that looks like a button. @param {{href: string, icon?: string, primary?: boolean, children?: any, external?: boolean}} props */
export function LinkButton({ href, icon, primary, children, external }) {
  return html`<a class=${primary ? 'button primary' : 'button'} href=${href} target=${external ? '_blank' : null} rel=${external ? 'noopener noreferrer' : null}>
    ${icon && html`<${Icon} name=${icon} />`}<span>${children}</span>
  </a>`;
}

/**
 * One of a few: a row of buttons of which one is pressed; scrolls on a phone.
 * @param {{label: string, options: {value: string, label: string, icon?: string, count?: number}[], value: string, onChange: (value: string) => void, chips?: boolean}} props
 */
export function Choice({ label, options, value, onChange, chips }) {
  return html`<div class=${chips ? 'chips' : 'segments'} role="group" aria-label=${label}>
    ${options.map(
      (
        o,
      ) => html`<button key=${o.value} type="button" class=${chips ? 'chip' : 'segment'} aria-pressed=${String(o.value === value)} onClick=${() => onChange(o.value)}>
      ${o.icon && html`<${Icon} name=${o.icon} />`}${o.label}${o.count !== undefined && html` <span class="count">${o.count}</span>`}
    </button>`,
    )}
  </div>`;
}
