// Opens the app where the server cannot be reached. What pages show there is theirs to keep (js/lib/kept.js); this serves
// only the app's own files, which js/lib/offline.js names.

const FILES = 'tminus-app';
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener('install', () => worker.skipWaiting());

worker.addEventListener('message', (event) => {
  if (Array.isArray(event.data?.files)) event.waitUntil(putBy(event.data.files));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (/^\/(_a|vendor)\//.test(pathname)) event.respondWith(kept(request));
  else if (request.mode === 'navigate' && !/^\/(_|api|u)(\/|$)/.test(pathname)) event.respondWith(page(request));
});

/** A file with a hash or a version in its address never changes. @param {Request} request */
async function kept(request) {
  const found = await caches.match(request, { cacheName: FILES, ignoreVary: true });
  return found ?? fetch(request);
}

/** The page of the server, or, out of its reach, the one put by: it serves every address. @param {Request} request */
async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await caches.match('/', { cacheName: FILES, ignoreVary: true });
    if (found) return found;
    throw error;
  }
}

/** Puts the files by that are not there yet, then the page that asks for them, then lets go of what is no longer named. @param {string[]} files */
async function putBy(files) {
  const store = await caches.open(FILES);
  const held = new Set((await store.keys()).map((request) => request.url));
  for (const url of files) if (!held.has(url)) await store.add(url);
  await store.put('/', await fetch('/'));
  const wanted = new Set([...files, new URL('/', location.origin).href]);
  for (const url of held) if (!wanted.has(url)) await store.delete(url);
}
