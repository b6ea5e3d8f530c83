// What is long is shown by its beginning, until more is asked for.
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Button } from './button.js';

/** @param {{children: any}} props */
export function Folded({ children }) {
  const [open, setOpen] = useState(false);
  const [long, setLong] = useState(false);
  const inner = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    const box = /** @type {HTMLDivElement} */ (inner.current);
    const watcher = new ResizeObserver(() => {
      const room = Number.parseFloat(getComputedStyle(/** @type {HTMLElement} */ (box.parentElement)).maxHeight);
      if (!Number.isNaN(room)) setLong(box.offsetHeight > room + 40); // for a little more nobody needs a button
    });
    watcher.observe(box);
    return () => watcher.disconnect();
  }, []);
  return html`<div class=${`rem-folded${open || !long ? ' rem-open' : ''}`}>
    <div class=${open ? '' : 'rem-folded-room'}><div ref=${inner}>${children}</div></div>
    ${long && !open && html`<div class="rem-folded-more"><${Button} icon="chevron-down" onClick=${() => setOpen(true)}>${t('reminders.show_whole')}<//></div>`}
  </div>`;
}
