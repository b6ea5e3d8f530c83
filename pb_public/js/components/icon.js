import { html } from '../lib/html.js';

const SPRITE = new URL('../../img/icons.svg', import.meta.url).pathname;

/**
 * Puts the sprite into the page. Icons that point into another file would fetch it again whenever one is drawn, and be
 * missing until it came.
 */
export async function loadIcons() {
  const answer = await fetch(SPRITE);
  const sprite = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml').documentElement;
  for (const symbol of sprite.querySelectorAll('symbol')) symbol.id = `icon-${symbol.id}`; // pages have ids of their own
  sprite.setAttribute('hidden', '');
  document.body.append(document.importNode(sprite, true));
}

/**
 * An icon of the sprite. It is decoration: the word beside it says the same.
 * @param {{name: string, spin?: boolean}} props
 */
export function Icon({ name, spin }) {
  return html`<svg class=${spin ? 'icon spin' : 'icon'} aria-hidden="true" focusable="false"><use href=${`#icon-${name}`} /></svg>`;
}

/** The mark: a T and its minus. */
export function Mark() {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect class="mark-ground" width="32" height="32" rx="8" />
    <path class="mark-t" d="M7.5 10.5h11M13 10.5V23" />
    <path class="mark-minus" d="M20 17.5h5" />
  </svg>`;
}
