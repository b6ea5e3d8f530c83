// Addresses. The routes are those of routes.json, which the server puts into the page.
import { lazy } from './lazy.js';

export { SCOPE, tokenOf } from './addresses.js';

/** @typedef {{path: string, page: string, area: string, words?: string[], open?: boolean, roles?: string[]}} Route words: of further areas */

/** @returns {Route[]} */
export function readRoutes() {
  return JSON.parse(document.getElementById('routes')?.textContent ?? '[]');
}

/** @type {Map<string, any>} */
const pages = new Map();

/** The component of a page, fetched with its styles and words when it is first drawn. @param {Route} route */
export function pageOf(route) {
  let page = pages.get(route.page);
  if (!page) pages.set(route.page, (page = lazy(route)));
  return page;
}

/** @type {(url: string, replace?: boolean) => void} */
let navigate = (url) => location.assign(url);

/** @param {typeof navigate} by what the router gives */
export function navigateBy(by) {
  navigate = by;
}

/**
 * Opens an address of the app.
 * @param {string} path
 * @param {{replace?: boolean}} [options] replace: the present address leaves no trace in the history
 */
export function go(path, { replace = false } = {}) {
  navigate(path, replace);
}

/**
 * Changes parameters of the present address in place; empty ones are left out, so that a plain page has a plain address.
 * @param {Record<string, string | null | undefined>} params
 */
export function setQuery(params) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(params)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const search = query.toString();
  navigate(location.pathname + (search ? `?${search}` : ''), true);
}
