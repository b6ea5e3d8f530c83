// Has the app's files put by, so that it opens where the server cannot be reached (sw.js does both).
import { needed } from './addresses.js';
import { locale } from './i18n.js';

const ROOT = new URL('../../', import.meta.url);

/** Registers the service worker and has its store filled, once the page is at rest: a worker that comes in between fetches things twice. */
export function preparedForOffline() {
  if (!('serviceWorker' in navigator) || !globalThis.caches || !ROOT.pathname.startsWith('/_a/')) return;
  const idle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ run) => setTimeout(run, 1));
  setTimeout(() => idle(() => prepare().catch(() => {})), 5000);
}

async function prepare() {
  await navigator.serviceWorker.register('/sw.js');
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  const answer = await fetch(new URL('files.json', ROOT));
  if (!answer.ok) return;
  const names = needed(await answer.json(), locale.peek());
  const files = names.map((name) => (name.startsWith('vendor/') ? new URL(`/${name}`, location.origin) : new URL(name, ROOT)).href);
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage({ files });
}
