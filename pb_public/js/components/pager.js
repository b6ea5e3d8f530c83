// What a long list has: its pages, and heads by which it is sorted.
import { useEffect } from 'preact/hooks';
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { setQuery } from '../lib/router.js';
import { IconButton } from './button.js';
import { Icon } from './icon.js';

/** @param {Record<string, string>} query */
export const pageIn = (query) => Math.min(Math.max(1, Number.parseInt(query.page, 10) || 1), 1e6);

/** @param {number} page */
const open = (page) => setQuery({ page: page > 1 ? String(page) : '' });

/**
 * Whether the address names a page beyond the last one, which is then opened in its place.
 * @param {{items: any[], totalItems: number} | undefined} data @param {number} perPage
 */
export function useLastPage(data, perPage) {
  const beyond = data !== undefined && data.items.length === 0 && data.totalItems > 0;
  useEffect(() => {
    if (beyond) open(Math.ceil(data.totalItems / perPage));
  }, [data]);
  return beyond;
}

/** "31–60 of 412", back and forth. @param {{page: number, perPage: number, total: number, top?: boolean}} props top: the next page is read from the top of the window */
export function Pager({ page, perPage, total, top }) {
  if (total <= perPage) return null;
  const last = Math.ceil(total / perPage);
  const from = (page - 1) * perPage + 1;
  const turn = (/** @type {number} */ to) => {
    open(to);
    if (top) scrollTo(0, 0);
  };
  return html`<nav class="pager" aria-label=${t('pager.label')}>
    <span class="muted">${t('pager.range', { from: number(from), to: number(Math.min(page * perPage, total)), total: number(total) })}</span>
    ${page > 1 && html`<${IconButton} icon="chevron-left" label=${t('pager.previous')} onClick=${() => turn(page - 1)} />`}
    ${page < last && html`<${IconButton} icon="chevron-right" label=${t('pager.next')} onClick=${() => turn(page + 1)} />`}
  </nav>`;
}

/** The head of a column. @param {{name: string, label: string, sort: string, onSort: (sort: string) => void}} props sort: "name", or "-name" for the other way */
export function SortHead({ name, label, sort, onSort }) {
  const up = sort === name;
  const down = sort === `-${name}`;
  return html`<th role="columnheader" scope="col" aria-sort=${up ? 'ascending' : down ? 'descending' : 'none'}>
    <button type="button" class="sort" onClick=${() => onSort(up ? `-${name}` : name)}>${label}<${Icon} name=${up ? 'chevron-up' : down ? 'chevron-down' : 'selector'} /></button>
  </th>`;
}
