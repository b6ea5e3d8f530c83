// Pages are drawn as plain elements and laid over what is on the screen: only the differences change, so focus,
// scroll and what is being typed stay.

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Child | Child[]} Children */
/** @typedef {Element & {_on?: Record<string, (event: any) => void>, _key?: string}} Drawn */

/**
 * Makes an element. `on` maps event names to handlers, `key` names the element among its siblings, `true` and
 * `false` set and leave out an attribute.
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...Children} children
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  apply(element, props);
  append(element, children);
  if (element instanceof HTMLSelectElement && props?.value !== undefined) element.value = props.value;
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * The same for SVG.
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...Children} children
 */
export function s(tag, props, ...children) {
  const element = document.createElementNS(SVG, tag);
  apply(element, props);
  append(element, children);
  return element;
}

/** @param {Drawn} element @param {Record<string, any> | null | undefined} props */
function apply(element, props) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') {
      for (const [type, handler] of Object.entries(value)) if (handler) listen(element, type, handler);
    } else if (name === 'key') {
      element._key = String(value);
    } else if (name === 'value' && 'value' in element) {
      /** @type {HTMLInputElement} */ (element).value = value;
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
}

/** @param {Drawn} element @param {string} type @param {(event: any) => void} handler */
function listen(element, type, handler) {
  element._on ??= {};
  if (!element._on[type]) element.addEventListener(type, dispatch);
  element._on[type] = handler;
}

/** @this {Drawn} @param {Event} event */
function dispatch(event) {
  this._on?.[event.type]?.(event);
}

/** @param {Element} element @param {Children[]} children */
function append(element, children) {
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Makes the children of an element equal to those given.
 * @param {Element} parent
 * @param {Children} children
 */
export function draw(parent, children) {
  const next = document.createElement('div');
  append(next, [children]);
  morphChildren(parent, next);
}

/** @param {Element} from @param {Element} to */
function morphChildren(from, to) {
  /** @type {Map<string, Drawn>} */
  const keyed = new Map();
  for (const child of from.children) {
    const key = /** @type {Drawn} */ (child)._key;
    if (key !== undefined) keyed.set(key, child);
  }
  let at = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = /** @type {Drawn} */ (wanted)._key;
    const known = key === undefined ? undefined : keyed.get(key);
    if (known && same(known, wanted)) {
      if (known === at) at = at.nextSibling;
      else from.insertBefore(known, at);
      keyed.delete(/** @type {string} */ (key));
      morph(known, /** @type {Drawn} */ (wanted));
    } else if (at && key === undefined && /** @type {Drawn} */ (at)._key === undefined && same(at, wanted)) {
      const next = at.nextSibling;
      if (at.nodeType === Node.ELEMENT_NODE) morph(/** @type {Drawn} */ (at), /** @type {Drawn} */ (wanted));
      else if (at.nodeValue !== wanted.nodeValue) at.nodeValue = wanted.nodeValue;
      at = next;
    } else {
      from.insertBefore(wanted, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** @param {Node} a @param {Node} b */
function same(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && /** @type {Element} */ (a).id === /** @type {Element} */ (b).id;
}

// What the reader or the browser sets by itself.
const THEIRS = new Set(['open']);

/** @param {Drawn} from @param {Drawn} to */
function morph(from, to) {
  if (from.hasAttribute('data-own')) return; // fills itself
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !THEIRS.has(name)) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  from._key = to._key;
  for (const type of Object.keys(from._on ?? {})) {
    if (!to._on?.[type]) delete /** @type {Record<string, any>} */ (from._on)[type];
  }
  for (const [type, handler] of Object.entries(to._on ?? {})) {
    listen(from, type, handler);
  }
  if (from instanceof HTMLSelectElement && to instanceof HTMLSelectElement) {
    const value = to.value;
    morphChildren(from, to);
    if (from.value !== value) from.value = value;
    return;
  }
  if (from instanceof HTMLInputElement && to instanceof HTMLInputElement) {
    if (from !== document.activeElement && to.hasAttribute('data-controlled') && from.value !== to.value) from.value = to.value;
    return;
  }
  morphChildren(from, to);
}
