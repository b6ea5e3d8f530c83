// The frame of the doors: what T-minus does on one side, the door itself on the other.
import { useEffect, useRef, useState } from 'preact/hooks';
import { signOut } from '../lib/api.js';
import { html } from '../lib/html.js';
import { tokenOf } from '../lib/router.js';
import { expired } from '../lib/state.js';
import { Icon } from './icon.js';
import { useTitle } from './page.js';
import { Pitch } from './pitch.js';

/** @param {{children?: any}} props */
export function Entrance({ children }) {
  return html`<div class="entrance"><${Pitch} /><div class="entrance-panel">${children}</div></div>`;
}

/**
 * The heading of a door. What the reader came for stands in the window's title as well.
 * @param {{title: string, text?: any, icon?: string, tone?: string}} props
 */
export function DoorHead({ title, text, icon, tone }) {
  useTitle(title);
  return html`<div class="door-head">
    ${icon && html`<span class=${`state-icon ${tone ? `tone-${tone}` : ''}`}><${Icon} name=${icon} /></span>`}
    <h1 tabindex="-1">${title}</h1>
    ${text && html`<p class="muted">${text}</p>`}
  </div>`;
}

/**
 * What came of it, with what to do next as its children. It takes the focus, so that a screen reader tells it.
 * @param {{title: string, text?: any, icon: string, tone?: string, children?: any}} props
 */
export function Outcome({ children, ...head }) {
  const ref = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => ref.current?.querySelector('h1')?.focus({ preventScroll: true }), []);
  return html`<div class="door-outcome" ref=${ref}><${DoorHead} ...${head} />${children}</div>`;
}

/** The token of the link by which somebody came, or of another one that was put into the same window. */
export function useToken() {
  const [token, setToken] = useState(() => tokenOf(location));
  useEffect(() => {
    const look = () => setToken((before) => tokenOf(location) || before);
    look();
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return token;
}

/** Whoever comes by a link of their own is not asked for the password of a session that has ended. */
export function useFreshStart() {
  const ended = expired.value;
  useEffect(() => {
    if (ended) signOut();
  }, [ended]);
}
