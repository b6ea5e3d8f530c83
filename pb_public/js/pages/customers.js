// All customers: searched, sorted and paged by the server, with the last and the next visit of each.
import { useState } from 'preact/hooks';
import { Button, Choice, LinkButton } from '../components/button.js';
import { CustomerDialog } from '../components/customer-dialog.js';
import { CustomerTable } from '../components/customer-table.js';
import { PageHead } from '../components/page.js';
import { Pager, pageIn, useLastPage } from '../components/pager.js';
import { SearchBox } from '../components/search-box.js';
import { Empty, Failure, SkeletonRows } from '../components/states.js';
import { listCustomers, SORTS, VIEWS, visitsOf } from '../data/customers.js';
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { go, setQuery } from '../lib/router.js';
import { atLeast, minute, toast, user } from '../lib/state.js';

const PER_PAGE = 30;

/** @param {{query: Record<string, string>}} props */
export default function Customers({ query }) {
  const [adding, setAdding] = useState(false);
  const narrowing = { q: (query.q ?? '').trim(), view: VIEWS.includes(query.view) ? query.view : 'all' };
  const sort = SORTS.includes((query.sort ?? '').replace(/^-/, '')) ? query.sort : 'name';
  const page = pageIn(query);
  const me = user.value?.id ?? '';
  const customers = useQuery(
    `customers/${JSON.stringify({ narrowing, sort, page, me })}`,
    (signal) => listCustomers(narrowing, { me, sort, page, perPage: PER_PAGE, signal }),
    { live: ['customers'], sticky: true },
  );
  const { data } = customers;
  const added = (/** @type {any} */ customer) => {
    toast(t('people.customer.added', { name: customer.name }));
    go(`/customers/${customer.id}`);
  };
  return html`<div class="page people">
    <${PageHead} title=${t('nav.customers')} sub=${data ? t('people.customers.count', { n: data.totalItems, count: number(data.totalItems) }) : '\u00a0'}>
      ${atLeast('staff') && html`<${Button} icon="plus" onClick=${() => setAdding(true)}>${t('people.customer.new')}<//>`}
    <//>
    <div class="toolbar">
      <${SearchBox} q=${query.q ?? ''} label=${t('people.customers.search')} busy=${customers.loading && data !== undefined} />
      <${Choice} label=${t('people.show')} value=${narrowing.view} onChange=${(/** @type {string} */ view) => setQuery({ view: view === 'all' ? '' : view, page: '' })}
        options=${VIEWS.map((value) => ({ value, label: t(`people.customers.view.${value}`) }))} />
    </div>
    <${List} customers=${customers} narrowing=${narrowing} sort=${sort} page=${page} onAdd=${() => setAdding(true)} />
    ${adding && html`<${CustomerDialog} onClose=${() => setAdding(false)} onSaved=${added} />`}
  </div>`;
}

/** @param {{customers: import('../lib/query.js').Query, narrowing: import('../data/customers.js').Narrowing, sort: string, page: number, onAdd: () => void}} props */
function List({ customers, narrowing, sort, page, onAdd }) {
  const { data, problem, reload } = customers;
  const ids = (data?.items ?? []).map((/** @type {any} */ c) => c.id);
  // By the ten minutes: what was the next visit is the last one soon enough.
  const visits = useQuery(
    ids.length > 0 ? `visits/${Math.floor(minute.value / 10)}/${ids.join()}` : null,
    (signal) => visitsOf(ids, new Date(), signal),
    {
      live: ['events'],
      sticky: true,
      wait: 700,
      when: (_collection, _action, record) => ids.includes(record.customer),
    },
  );
  const beyond = useLastPage(data, PER_PAGE);
  if (problem && (!data || beyond)) return html`<${Failure} problem=${problem} retry=${reload} />`;
  if (!data || beyond) return html`<${SkeletonRows} count=${8} kind="customer" />`;
  if (data.items.length === 0) return html`<div class="card"><${Nothing} narrowing=${narrowing} onAdd=${onAdd} /></div>`;
  return html`<${CustomerTable} customers=${data.items} visits=${visits.data} sort=${sort} onSort=${(/** @type {string} */ to) => setQuery({ sort: to, page: '' })} />
    <${Pager} page=${page} perPage=${PER_PAGE} total=${data.totalItems} top />`;
}

/** @param {{narrowing: import('../data/customers.js').Narrowing, onAdd: () => void}} props */
function Nothing({ narrowing: { q, view }, onAdd }) {
  if (q) {
    return html`<${Empty} icon="search" title=${t('people.nothing_found', { q })} text=${t('people.nothing_found_text')}>
      <${LinkButton} href="/customers">${t('people.customers.show_all')}<//>
      ${atLeast('staff') && html`<${Button} icon="plus" onClick=${onAdd}>${t('people.customer.new')}<//>`}
    <//>`;
  }
  if (view !== 'all') {
    return html`<${Empty} icon="building" title=${t(`people.customers.none.${view}`)}><${LinkButton} href="/customers">${t('people.customers.show_all')}<//><//>`;
  }
  return html`<${Empty} icon="building" title=${t('people.customers.none.all')} text=${t('people.customers.none_text')}>
    ${atLeast('staff') && html`<${Button} icon="plus" primary onClick=${onAdd}>${t('people.customer.new')}<//>`}
  <//>`;
}
