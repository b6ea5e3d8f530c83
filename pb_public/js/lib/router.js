// Addresses by the History API. Unknown paths get the page from the server, so every address can be opened directly.

/**
 * Where an address leads. `open` is for people who are not signed in.
 * @typedef {{name: string, params: Record<string, string>, query: URLSearchParams, open: boolean}} Match
 */

const ROUTES = [
  { name: 'home', path: /^\/$/ },
  { name: 'event', path: /^\/events\/(?<id>[A-Za-z0-9]+)$/ },
  { name: 'sandbox', path: /^\/sandbox$/ },
  { name: 'setup', path: /^\/setup$/, open: true },
  { name: 'accept', path: /^\/accept$/, open: true },
];

/**
 * @param {string} pathname
 * @param {string} [search]
 * @returns {Match}
 */
export function match(pathname, search = '') {
  const path = pathname.length > 1 ? pathname.replace(/\/+$/, '') : pathname;
  const query = new URLSearchParams(search);
  for (const route of ROUTES) {
    const found = route.path.exec(path || '/');
    if (found) return { name: route.name, params: { ...found.groups }, query, open: route.open === true };
  }
  return { name: 'missing', params: {}, query, open: false };
}

/**
 * The one-time token of a link: behind #, where no server's log sees it, or in the query.
 * @param {{hash: string, search: string}} address
 */
export function tokenOf({ hash, search }) {
  return new URLSearchParams(hash.slice(1)).get('token') ?? new URLSearchParams(search).get('token') ?? '';
}

/** Whether an address is ours to show: the dashboard, the API and other servers are not. @param {URL} url @param {string} origin */
export function isOurs(url, origin) {
  return url.origin === origin && !/^\/(_|api|u)(\/|$)/.test(url.pathname);
}

/**
 * Calls changed on every change of address made by a link, by go() or by the browser's buttons.
 * @param {(kind: 'push' | 'pop') => void} changed
 */
export function startRouter(changed) {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', () => changed('pop'));
  addEventListener('scroll', rememberScroll, { passive: true });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = /** @type {Element} */ (event.target).closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (!isOurs(url, location.origin)) return;
    if (url.pathname === location.pathname && url.search === location.search && url.hash) return;
    event.preventDefault();
    go(url.pathname + url.search + url.hash);
  });

  let waiting = 0;
  function rememberScroll() {
    clearTimeout(waiting);
    waiting = setTimeout(() => history.replaceState({ ...history.state, y: scrollY }, ''), 120);
  }

  go = (path, { replace = false } = {}) => {
    clearTimeout(waiting);
    if (replace) history.replaceState({}, '', path);
    else {
      history.replaceState({ ...history.state, y: scrollY }, '');
      history.pushState({}, '', path);
    }
    changed('push');
  };
}

/**
 * Opens an address.
 * @type {(path: string, options?: {replace?: boolean}) => void}
 */
export let go = (path) => { location.assign(path); };
