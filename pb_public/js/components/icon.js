import { s } from '../lib/dom.js';

const SPRITE = new URL('../../img/icons.svg', import.meta.url).pathname;

/**
 * Puts the sprite into the page. Icons that point into another file would fetch it again whenever one is drawn, and be
 * missing until it came.
 */
export async function loadIcons() {
  const answer = await fetch(SPRITE);
  const sprite = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml').documentElement;
  for (const symbol of sprite.querySelectorAll('symbol')) symbol.id = 'icon-' + symbol.id; // pages have ids of their own
  sprite.setAttribute('hidden', '');
  document.body.append(document.importNode(sprite, true));
}

/**
 * An icon of the sprite. It is decoration: the word beside it says the same.
 * @param {string} name
 * @param {string} [extra] further classes
 */
export function icon(name, extra = '') {
  return s('svg', { class: `icon ${extra}`.trim(), 'aria-hidden': 'true', focusable: 'false' },
    s('use', { href: '#icon-' + name }));
}

/** The mark: a T and its minus. */
export function mark() {
  return s('svg', { class: 'mark', viewBox: '0 0 32 32', 'aria-hidden': 'true', focusable: 'false' },
    s('rect', { class: 'mark-ground', width: '32', height: '32', rx: '8' }),
    s('path', { class: 'mark-t', d: 'M7.5 10.5h11M13 10.5V23' }),
    s('path', { class: 'mark-minus', d: 'M20 17.5h5' }));
}
