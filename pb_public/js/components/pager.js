import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { IconButton } from './button.js';

/** "31–60 of 412", back and forth. @param {{page: number, perPage: number, total: number, onPage: (page: number) => void}} props */
export function Pager({ page, perPage, total, onPage }) {
  if (total <= perPage) return null;
  const last = Math.ceil(total / perPage);
  const from = (page - 1) * perPage + 1;
  return html`<nav class="pager" aria-label=${t('pager.label')}>
    <span class="muted">${t('pager.range', { from: number(from), to: number(Math.min(page * perPage, total)), total: number(total) })}</span>
    ${page > 1 && html`<${IconButton} icon="chevron-left" label=${t('pager.previous')} onClick=${() => onPage(page - 1)} />`}
    ${page < last && html`<${IconButton} icon="chevron-right" label=${t('pager.next')} onClick=${() => onPage(page + 1)} />`}
  </nav>`;
}
