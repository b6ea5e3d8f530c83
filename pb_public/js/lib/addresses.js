// What addresses mean, without any screen.

/** What the router leaves to the browser: the dashboard, the API, unsubscribing. */
export const SCOPE = /^\/(?!(?:_|api|u)(?:\/|$))/;

/**
 * The one-time token of a link: behind #, where no server's log sees it, or in the query.
 * @param {{hash: string, search: string}} address
 */
export function tokenOf({ hash, search }) {
  return new URLSearchParams(hash.slice(1)).get('token') ?? new URLSearchParams(search).get('token') ?? '';
}

/** Which files of the app a reader of this language needs; the chart is an extra. @param {string[]} all @param {string} language */
export function needed(all, language) {
  return all.filter(
    (name) => !/\/chart\.js@|LICEN[CS]E|\.json$/.test(name) && (!name.startsWith('js/i18n/') || name.startsWith(`js/i18n/${language}/`)),
  );
}
