// The events of this month, day by day and by how they stand. The library comes after all else; the same numbers stand in
// a table for those who do not see it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { dayKey, instantOf, longDay } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, locale, number, t } from '../lib/i18n.js';
import { loadScript } from '../lib/lazy.js';
import { go } from '../lib/router.js';
import { theme } from '../lib/theme.js';
import { STANDS, totals } from '../lib/today.js';

/** @typedef {import('../lib/today.js').DayCount} DayCount */

const SCRIPT = '/vendor/chart.js@4.6.1/chart.umd.min.js';
/** @type {Record<string, string>} */
const TONES = { planned: 'pending', completed: 'good', overdue: 'warn', cancelled: 'quiet' };

/** @param {string} kind how an event stands */
const word = (kind) => t(`today.stands.${kind}`);

/** @param {{days: DayCount[], zone: string}} props */
export function MonthChart({ days, zone }) {
  const sums = totals(days);
  const month = new Intl.DateTimeFormat(intl(), { month: 'long' }).format(instantOf(`${days[0].day}T12:00`, zone) ?? new Date());
  const name = t('today.chart_name', { month, list: STANDS.map((kind) => `${word(kind)} ${number(sums[kind])}`).join(', ') });
  return html`<section class="card chart" aria-labelledby="chart-title">
    <div class="chart-head"><h2 id="chart-title">${month}</h2><a href="/calendar?view=month">${t('today.to_calendar')}</a></div>
    <ul class="legend">${STANDS.map((kind) => html`<li key=${kind} class=${`tone-${TONES[kind]}`}><span class="dot"></span>${word(kind)} <span class="count">${number(sums[kind])}</span></li>`)}</ul>
    <div class="chart-place">${STANDS.some((kind) => sums[kind] > 0) ? html`<${Bars} days=${days} zone=${zone} name=${name} />` : html`<p class="chart-none">${t('today.chart_none')}</p>`}</div>
    <${Table} days=${days} zone=${zone} month=${month} />
  </section>`;
}

/** @param {{days: DayCount[], zone: string, name: string}} props */
function Bars({ days, zone, name }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const chart = useRef(/** @type {any} */ (null));
  const [ready, setReady] = useState('Chart' in globalThis);
  useEffect(() => {
    if (ready) return undefined;
    // Not before what matters more is on the screen; without the chart the numbers above it say enough.
    const timer = setTimeout(
      () =>
        loadScript(SCRIPT).then(
          () => setReady(true),
          () => {},
        ),
      300,
    );
    return () => clearTimeout(timer);
  }, []);
  const look = `${theme.value} ${locale.value}`;
  useEffect(() => {
    const Library = globalThis.Chart;
    if (!ready || !canvas.current || !Library) return undefined;
    chart.current = new Library(canvas.current, /** @type {any} */ (setUp(days, zone)));
    return () => chart.current?.destroy();
  }, [ready, look]);
  useEffect(() => {
    if (!chart.current) return;
    chart.current.data = dataOf(days);
    chart.current.options.onClick = opener(days);
    chart.current.update();
  }, [JSON.stringify(days)]);
  return html`<canvas ref=${canvas} role="img" aria-label=${name}></canvas>`;
}

/** @param {string} name of a token */
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @param {DayCount[]} days */
function dataOf(days) {
  return {
    labels: days.map((d) => String(Number(d.day.slice(8)))),
    datasets: STANDS.map((kind) => ({
      label: word(kind),
      data: days.map((d) => d[kind]),
      backgroundColor: token(`--${TONES[kind]}-dot`),
      borderRadius: 2,
      borderSkipped: false,
      barPercentage: 0.86,
      categoryPercentage: 0.86,
    })),
  };
}

/** A bar opens its day. @param {DayCount[]} days */
function opener(days) {
  return (/** @type {unknown} */ _event, /** @type {{index: number}[]} */ hit) => {
    if (hit.length > 0) go(`/calendar?view=agenda&date=${days[hit[0].index].day}`);
  };
}

/** @param {DayCount[]} days @param {string} zone */
function setUp(days, zone) {
  const font = { family: token('--font'), size: 11 };
  return {
    type: 'bar',
    data: dataOf(days),
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      locale: intl(),
      onClick: opener(days),
      onHover: (/** @type {any} */ event, /** @type {any[]} */ hit) => {
        event.native.target.style.cursor = hit.length ? 'pointer' : '';
      },
      interaction: { mode: 'index', intersect: false },
      plugins: { legend: { display: false }, tooltip: tooltip(days, zone, font) },
      scales: scales(days, zone, font),
    },
  };
}

/** @typedef {{family: string, size: number}} Font */

/** @param {DayCount[]} days @param {string} zone @param {Font} font */
function tooltip(days, zone, font) {
  const title = (/** @type {{dataIndex: number}[]} */ items) =>
    items.length ? longDay(instantOf(`${days[items[0].dataIndex].day}T12:00`, zone) ?? new Date(), zone, intl()) : '';
  return {
    callbacks: { title },
    filter: (/** @type {any} */ item) => item.raw > 0,
    backgroundColor: token('--ink'),
    titleColor: token('--on-ink'),
    bodyColor: token('--on-ink'),
    titleFont: font,
    bodyFont: font,
    padding: 8,
    cornerRadius: 8,
    boxWidth: 8,
    boxHeight: 8,
    boxPadding: 4,
  };
}

/** Today stands out among the days. @param {DayCount[]} days @param {string} zone @param {Font} font */
function scales(days, zone, font) {
  const [text, strong, line] = [token('--muted'), token('--text'), token('--line')];
  const today = dayKey(new Date(), zone);
  const isToday = (/** @type {{index: number}} */ { index }) => days[index]?.day === today;
  return {
    x: {
      stacked: true,
      grid: { display: false },
      border: { display: false },
      ticks: {
        font: (/** @type {any} */ c) => ({ ...font, weight: isToday(c) ? 700 : 400 }),
        color: (/** @type {any} */ c) => (isToday(c) ? strong : text),
        maxRotation: 0,
        autoSkipPadding: 10,
      },
    },
    y: {
      stacked: true,
      beginAtZero: true,
      suggestedMax: 3,
      grid: { color: line },
      border: { display: false },
      ticks: { precision: 0, font, color: text, maxTicksLimit: 4 },
    },
  };
}

/** @param {{days: DayCount[], zone: string, month: string}} props */
function Table({ days, zone, month }) {
  const busy = days.filter((d) => STANDS.some((kind) => d[kind] > 0));
  return html`<div class="sr-only"><table>
    <caption>${t('today.chart_table', { month })}</caption>
    <thead><tr><th scope="col">${t('today.day')}</th>${STANDS.map((kind) => html`<th key=${kind} scope="col">${word(kind)}</th>`)}</tr></thead>
    <tbody>${busy.map(
      (d) => html`<tr key=${d.day}>
      <th scope="row">${longDay(instantOf(`${d.day}T12:00`, zone) ?? new Date(), zone, intl())}</th>${STANDS.map((kind) => html`<td key=${kind}>${number(d[kind])}</td>`)}
    </tr>`,
    )}</tbody>
  </table></div>`;
}
