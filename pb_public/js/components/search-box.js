// A field that searches as one types; what is searched for stands in the address.
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from '../lib/html.js';
import { later } from '../lib/later.js';
import { setQuery } from '../lib/router.js';
import { Icon } from './icon.js';

/** @param {{q: string, label: string, busy?: boolean, clears?: string[]}} props clears: what of the address belongs to the former list, as its page */
export function SearchBox({ q, label, busy, clears = ['page'] }) {
  const [text, setText] = useState(q);
  const told = useRef(q);
  const tell = useRef(later(() => {}, 0));
  useEffect(() => {
    if (q !== told.current) setText((told.current = q)); // the address was changed by something else
  }, [q]);
  useEffect(() => () => tell.current.cancel(), []);
  const typed = (/** @type {any} */ e) => {
    const now = e.target.value;
    setText(now);
    tell.current.cancel();
    tell.current = later(() => {
      told.current = now.trim();
      setQuery({ q: told.current, ...Object.fromEntries(clears.map((name) => [name, ''])) });
    }, 150);
    tell.current();
  };
  return html`<div class="search" role="search">
    <${Icon} name=${busy ? 'loader-2' : 'search'} spin=${busy} />
    <input class="input" type="search" value=${text} placeholder=${label} aria-label=${label} autocomplete="off" onInput=${typed} />
  </div>`;
}
