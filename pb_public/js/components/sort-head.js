// The head of a column by which a table can be sorted.
import { html } from '../lib/html.js';
import { Icon } from './icon.js';

/** @param {{name: string, label: string, sort: string, onSort: (sort: string) => void}} props sort: "name", or "-name" for the other way */
export function SortHead({ name, label, sort, onSort }) {
  const up = sort === name;
  const down = sort === `-${name}`;
  return html`<th role="columnheader" scope="col" aria-sort=${up ? 'ascending' : down ? 'descending' : 'none'}>
    <button type="button" class="sort" onClick=${() => onSort(up ? `-${name}` : name)}>${label}<${Icon} name=${up ? 'chevron-up' : down ? 'chevron-down' : 'selector'} /></button>
  </th>`;
}
