// The messages that are shown as a file: fetched in portions, with its progress, and stopped when the reader asks.
import { useEffect, useRef, useState } from 'preact/hooks';
import { countLog, readLog } from '../data/office.js';
import { dayKey } from '../lib/dates.js';
import { explain, sentence } from '../lib/errors.js';
import { html } from '../lib/html.js';
import { has, number, t } from '../lib/i18n.js';
import { head, line } from '../lib/log-file.js';
import { atLeast, toast, viewerZone } from '../lib/state.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';

const PORTION = 500;

/** @typedef {{done: number, total: number}} Progress */

/** @param {{narrowing: import('../data/office.js').Narrowing}} props */
export function DeliveryExport({ narrowing }) {
  const [progress, setProgress] = useState(/** @type {Progress | null} */ (null));
  const abort = useRef(/** @type {AbortController | null} */ (null));
  useEffect(() => () => abort.current?.abort(), []); // who has left the page wants no file
  const start = async () => {
    const own = new AbortController();
    abort.current = own;
    setProgress({ done: 0, total: 0 });
    try {
      const { parts, count } = await collect(narrowing, setProgress, own.signal);
      download(parts);
      toast(t('office.export.done', { n: count, count: number(count) }));
    } catch (error) {
      const problem = explain(error);
      if (!own.signal.aborted) toast(sentence(problem, t, has), { bad: true });
    }
    setProgress(null);
  };
  return html`<${Button} icon="download" busy=${progress !== null} onClick=${start}>${t('office.export')}<//>
    ${
      progress &&
      html`<${Dialog} title=${t('office.export.title')} firm onClose=${() => {}}>
      <div class="dialog-body" role="status">
        <p>${progress.total ? t('office.export.progress', { done: number(progress.done), total: number(progress.total) }) : t('state.loading')}</p>
        <progress class="log-progress" value=${progress.total ? Math.min(progress.done, progress.total) : null} max=${progress.total || 1} aria-label=${t('office.export.title')}></progress>
      </div>
      <footer class="dialog-foot"><${Button} first onClick=${() => abort.current?.abort()}>${t('action.cancel')}<//></footer>
    <//>`
    }`;
}

/**
 * @param {import('../data/office.js').Narrowing} narrowing @param {(progress: Progress) => void} tell @param {AbortSignal} signal
 * @returns {Promise<{parts: string[], count: number}>}
 */
async function collect(narrowing, tell, signal) {
  const words = { zone: viewerZone.value, addresses: atLeast('manager'), t };
  const total = await countLog(narrowing, signal);
  const parts = [head(words)];
  let count = 0;
  /** @type {import('../data/office.js').Mark | null} */
  let before = null;
  for (let older = true; older; ) {
    tell({ done: count, total });
    const page = await readLog(narrowing, { before, perPage: PORTION, signal });
    signal.throwIfAborted();
    parts.push(page.items.map((d) => line(d, words)).join(''));
    count += page.items.length;
    older = page.older && page.items.length > 0;
    before = page.items.at(-1) ?? null;
  }
  return { parts, count };
}

/** @param {string[]} parts */
function download(parts) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type: 'text/csv;charset=utf-8' }));
  link.download = `${t('office.export.file')}-${dayKey(new Date(), viewerZone.value)}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
