// Four numbers that say how things stand. Each opens the list that it counts.
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { Skeleton } from './states.js';

/** @typedef {{name: string, tone: string, label: string, value: number | undefined, note: string, href: string}} Tile value: undefined until it is known */

/** @param {{tiles: Tile[]}} props */
export function Strip({ tiles }) {
  return html`<ul class="strip" aria-label=${t('today.glance')}>
    ${tiles.map(
      (tile) => html`<li key=${tile.name} class=${`tile tone-${tile.tone}`}>
      <a class="tile-link" href=${tile.href} aria-busy=${tile.value === undefined ? 'true' : null}>
        <span class="tile-label"><span class="dot"></span>${tile.label}</span>
        <span class="tile-value">${tile.value === undefined ? html`<${Skeleton} kind="number" />` : number(tile.value)}</span>
        <span class="tile-note">${tile.value === undefined ? '\u00a0' : tile.note}</span>
      </a>
    </li>`,
    )}
  </ul>`;
}
