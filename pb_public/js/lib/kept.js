// What was read last, kept on this device to be read offline. It goes with the session.

const STORE = 'tminus-kept';

/** @param {string} key */
const address = (key) => `/kept/${encodeURIComponent(key)}`;

/** @param {string} key @param {unknown} data */
export async function keep(key, data) {
  try {
    const store = await caches.open(STORE);
    await store.put(address(key), new Response(JSON.stringify({ at: Date.now(), data })));
  } catch {
    // No storage, no offline reading.
  }
}

/** @param {string} key @returns {Promise<{at: Date, data: any} | null>} */
export async function recall(key) {
  try {
    const store = await caches.open(STORE);
    const found = await store.match(address(key));
    if (!found) return null;
    const { at, data } = await found.json();
    return { at: new Date(at), data };
  } catch {
    return null;
  }
}

/** @type {(() => void)[]} */
const forgetters = [];

/** @param {() => void} forget called when the session ends */
export function onForget(forget) {
  forgetters.push(forget);
}

export function forgetAll() {
  for (const forget of forgetters) forget();
  globalThis.caches?.delete(STORE).catch(() => {});
}
