// The delivery log: every message that was made, and what came of it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button, Choice, LinkButton } from '../components/button.js';
import { DeliveryDialog } from '../components/delivery-dialog.js';
import { DeliveryExport } from '../components/delivery-export.js';
import { DeliveryTable } from '../components/delivery-table.js';
import { Icon } from '../components/icon.js';
import { PageHead } from '../components/page.js';
import { SearchBox } from '../components/search-box.js';
import { Empty, Failure, SkeletonRows } from '../components/states.js';
import { countLog, FIRST_PAGE, readLog } from '../data/office.js';
import { instantOf, parse, stamp, startOfDay } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { usePoll } from '../lib/poll.js';
import { useQuery } from '../lib/query.js';
import { setQuery } from '../lib/router.js';
import { viewerZone } from '../lib/state.js';

const PER_PAGE = 50;
const POLL = 10_000;
const VIEWS = ['', 'waiting', 'held', 'sent', 'kept', 'failed', 'unknown', 'skipped', 'cancelled', 'late', 'duplicate'];

/** @param {{query: Record<string, string>}} props */
export default function Deliveries({ query }) {
  const narrowing = read(query);
  const [before, after] = [markOf(query.before), markOf(query.after)];
  const newest = !before && !after;
  const key = JSON.stringify(narrowing);
  const log = useQuery(
    `log/${key}/${query.before ?? ''}/${query.after ?? ''}`,
    (signal) => readLog(narrowing, { before, after, perPage: PER_PAGE, signal }),
    {
      live: newest ? ['reminders'] : [],
      wait: 900,
      sticky: true,
    },
  );
  usePoll(log.reload, newest ? POLL : 0);
  const first = newest ? log.data?.items[0]?.id : '';
  const count = useQuery(log.data ? `log-count/${key}/${first}` : null, (signal) => countLog(narrowing, signal), { sticky: true });
  const n = count.data ?? 0;
  return html`<div class="page office">
    <${PageHead} title=${t('nav.deliveries')} sub=${count.data === undefined ? '\u00a0' : t('office.count', { n, count: number(n) })}>
      ${n > 0 && html`<${DeliveryExport} narrowing=${narrowing} />`}
    <//>
    <${Toolbar} query=${query} busy=${log.loading && log.data !== undefined} />
    <${List} log=${log} query=${query} narrowed=${Object.values(narrowing).some(Boolean)} />
    ${query.open && html`<${DeliveryDialog} key=${query.open} id=${query.open} onClose=${() => setQuery({ open: '' })} />`}
  </div>`;
}

/** What the address narrows the log to. @param {Record<string, string>} query @returns {import('../data/office.js').Narrowing} */
function read(query) {
  const zone = viewerZone.value;
  const day = (/** @type {string | undefined} */ text, /** @type {number} */ plus) => {
    const at = text ? instantOf(`${text}T12:00`, zone) : null;
    return at ? stamp(startOfDay(at, zone, plus)) : '';
  };
  const { channel = '', kind = '', to = '', event = '' } = query;
  return {
    q: (query.q ?? '').trim(),
    status: VIEWS.includes(query.status) ? query.status : '',
    channel,
    kind,
    to,
    event,
    from: day(query.from, 0),
    until: day(query.until, 1),
  };
}

/** A place in the log, as the address holds it: the instant and the id of a row. @param {string | undefined} text @returns {import('../data/office.js').Mark | null} */
function markOf(text) {
  const [ms, id] = (text ?? '').split('.');
  const at = new Date(Number(ms));
  return id && !Number.isNaN(at.getTime()) ? { created: stamp(at), id } : null;
}

/** @param {any} delivery */
const markText = (delivery) => `${parse(delivery.created)?.getTime() ?? 0}.${delivery.id}`;

/** The present address with other parameters. @param {Record<string, string>} query @param {Record<string, string>} changes */
function address(query, changes) {
  const all = Object.entries({ ...query, ...changes }).filter(([, value]) => value);
  return all.length > 0 ? `/deliveries?${new URLSearchParams(all)}` : '/deliveries';
}

/** @param {{log: import('../lib/query.js').Query, query: Record<string, string>, narrowed: boolean}} props */
function List({ log, query, narrowed }) {
  const { data, problem, reload } = log;
  const known = useRef(/** @type {Set<string> | null} */ (null));
  useEffect(() => {
    if (data) known.current = new Set([...(known.current ?? []), ...data.items.map((/** @type {any} */ d) => d.id)]);
  }, [data]);
  useEffect(() => {
    known.current = null;
  }, [JSON.stringify({ ...query, open: '' })]);
  if (problem && !data) return html`<${Failure} problem=${problem} retry=${reload} />`;
  if (!data) return html`<${SkeletonRows} count=${10} kind="delivery" />`;
  if (data.items.length === 0) return html`<div class="card"><${Nothing} q=${query.q} narrowed=${narrowed} /></div>`;
  const fresh = (/** @type {string} */ id) => known.current !== null && !known.current.has(id);
  return html`<${DeliveryTable} deliveries=${data.items} href=${(/** @type {string} */ id) => address(query, { open: id })} fresh=${fresh} />
    <${Turn} data=${data} query=${query} />`;
}

/** To newer and older messages: links, so that Back leads back. @param {{data: any, query: Record<string, string>}} props */
function Turn({ data, query }) {
  if (!data.newer && !data.older) return null;
  const plain = { ...query, open: '', ...FIRST_PAGE };
  const up = () => scrollTo(0, 0);
  return html`<nav class="log-turn" aria-label=${t('pager.label')}>
    ${
      data.newer &&
      html`<a class="button" href=${address(plain, {})} onClick=${up}>${t('office.newest')}</a>
      <a class="button" href=${address(plain, { after: markText(data.items[0]) })} onClick=${up}><${Icon} name="chevron-left" /><span>${t('office.newer')}</span></a>`
    }
    ${data.older && html`<a class="button" href=${address(plain, { before: markText(data.items.at(-1)) })} onClick=${up}><span>${t('office.older')}</span><${Icon} name="chevron-right" /></a>`}
  </nav>`;
}

/** @param {{q?: string, narrowed: boolean}} props */
function Nothing({ q, narrowed }) {
  if (!narrowed) return html`<${Empty} icon="report" title=${t('office.none')} text=${t('office.none_text')} />`;
  return html`<${Empty} icon=${q ? 'search' : 'filter'} title=${q ? t('office.nothing_found', { q }) : t('office.none_like_this')}><${LinkButton} href="/deliveries">${t('office.show_all')}<//><//>`;
}

/** @param {{query: Record<string, string>, busy: boolean}} props */
function Toolbar({ query, busy }) {
  const extra = ['channel', 'kind', 'to', 'event', 'from', 'until'].filter((name) => query[name]).length;
  const [open, setOpen] = useState(extra > 0);
  const [Filters, setFilters] = useState(/** @type {any} */ (null));
  useEffect(() => {
    if (open && !Filters) import('../components/delivery-filters.js').then((module) => setFilters(() => module.DeliveryFilters));
  }, [open]);
  return html`<div class="toolbar">
      <${SearchBox} q=${query.q ?? ''} label=${t('office.search')} busy=${busy} clears=${['before', 'after']} />
      <${Button} icon="filter" onClick=${() => setOpen(!open)}>${extra ? t('office.filters_n', { n: extra }) : t('office.filters')}<//>
    </div>
    ${open && Filters && html`<${Filters} query=${query} />`}
    <div class="log-chips"><${Choice} chips label=${t('office.col.outcome')} value=${query.status ?? ''} onChange=${(/** @type {string} */ status) => setQuery({ status, ...FIRST_PAGE })}
      options=${VIEWS.map((value) => ({ value, label: t(`office.view.${value || 'all'}`) }))} /></div>`;
}
