// Pages that are fetched when they are opened.
import load from 'preact-iso/lazy';
import { loadWords } from './i18n.js';

/** @typedef {import('./router.js').Route} Route */

const ROOT = new URL('../../', import.meta.url).href;
/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/** @param {Route} route @returns {any} a component */
export function lazy(route) {
  return load(() => fetchPage(route));
}

/** @param {Route} route */
async function fetchPage(route) {
  try {
    const [module] = await Promise.all([
      import(new URL(`../pages/${route.page}.js`, import.meta.url).href),
      ...[route.area, ...(route.words ?? [])].map(loadWords),
      loadSheet(`css/areas/${route.area}.css`),
    ]);
    return module;
  } catch (error) {
    reloadOnce(error);
    throw error;
  }
}

/** Puts a style sheet in, once, and waits until it holds. A missing one stops nothing. @param {string} path */
export function loadSheet(path) {
  const href = path.startsWith('/') ? path : ROOT + path;
  let loaded = sheets.get(href);
  if (!loaded) sheets.set(href, (loaded = attach(href)));
  return loaded;
}

/** @param {string} href @returns {Promise<void>} */
function attach(href) {
  for (const link of document.querySelectorAll('link[rel=stylesheet]')) {
    if (/** @type {HTMLLinkElement} */ (link).href === new URL(href, location.href).href) return Promise.resolve();
  }
  return new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    link.onload = () => resolve();
    link.onerror = () => resolve();
    document.head.append(link);
  });
}

/** Runs a classic script of a library, once. @param {string} src @returns {Promise<void>} */
export function loadScript(src) {
  let loaded = sheets.get(src);
  if (!loaded) {
    loaded = new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = src;
      script.onload = () => resolve();
      script.onerror = () => {
        sheets.delete(src);
        reject(new Error(`cannot load ${src}`));
      };
      document.head.append(script);
    });
    sheets.set(src, loaded);
  }
  return loaded;
}

/** After an upgrade the old modules are gone: the page starts anew, once. @param {unknown} error */
function reloadOnce(error) {
  if (!navigator.onLine || !(error instanceof TypeError)) return;
  try {
    const last = Number(sessionStorage.getItem('tminus.reloaded') ?? 0);
    if (Date.now() - last < 60_000) return;
    sessionStorage.setItem('tminus.reloaded', String(Date.now()));
    location.reload();
  } catch {
    // Without storage it cannot be told whether this was tried already.
  }
}
