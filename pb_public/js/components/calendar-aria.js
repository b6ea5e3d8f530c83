// Event Calendar calls itself a table, yet keeps its events outside of the cells. What a screen reader finds is mended
// after each render: the days are plain text, and the events a list of links in the order of time.

/** @param {Element} root @param {string} selector @param {Record<string, string | null>} attributes null takes one away */
function set(root, selector, attributes) {
  for (const node of root.querySelectorAll(selector)) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null) node.removeAttribute(name);
      else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
    }
  }
}

/** @param {Element} root @param {{label: string, more: string}} words */
function mend(root, { label, more }) {
  set(root, '.ec', { role: 'group', 'aria-label': label });
  set(root, '[role=row], [role=rowgroup], [role=cell], [role=columnheader]', { role: null, 'aria-colindex': null, 'aria-colspan': null });
  set(root, '.ec-header [aria-label]', { 'aria-label': null });
  set(root, 'aside', { role: 'presentation' });
  set(root, '.ec-time-grid .ec-main', { tabindex: '0', role: 'region', 'aria-label': label });
  set(root, '.ec-popup', { 'aria-label': more });
  set(root, '.ec-event', { role: 'none' });
  set(root, '.ec-event.ec-pointer', { 'aria-hidden': 'true' });
  set(root, '.ec-events:has([role=listitem])', { role: 'list' });
  set(root, '.ec-events:not(:has([role=listitem]))', { role: null });
}

/**
 * Mends now, and whenever something is drawn. The list of a busy day gives the focus back to the button that opened it.
 * @param {Element} root @param {() => {label: string, more: string}} words
 * @returns {() => void} stops
 */
export function keepMended(root, words) {
  let open = false;
  let opener = /** @type {HTMLElement | null} */ (null);
  const remember = (/** @type {any} */ e) => {
    if (e.target.matches('.ec-day-foot a')) opener = e.target;
  };
  const look = () => {
    mend(root, words());
    const was = open;
    open = root.querySelector('.ec-popup') !== null;
    if (was && !open && document.activeElement === document.body) opener?.focus();
  };
  const observer = new MutationObserver(look);
  observer.observe(root, { childList: true, subtree: true });
  root.addEventListener('focusin', remember);
  look();
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', remember);
  };
}
