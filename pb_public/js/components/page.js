// The head of a page, and the frame of its states.
import { useEffect } from 'preact/hooks';
import { html } from '../lib/html.js';
import { Icon } from './icon.js';

/** The title of the window while a page is open. @param {string} title */
export function useTitle(title) {
  useEffect(() => {
    document.title = title ? `${title} · T-minus` : 'T-minus';
  }, [title]);
}

/**
 * The one heading of a page, where the focus goes when the page is opened.
 * @param {{title: any, name?: string, sub?: any, over?: any, back?: {href: string, label: string}, children?: any}} props
 *   name: the window's title where it differs; over: a line above the heading; children: what can be done, at the right
 */
export function PageHead({ title, name, sub, over, back, children }) {
  useTitle(name ?? (typeof title === 'string' ? title : ''));
  return html`<header class="page-head">
    ${back && html`<a class="back" href=${back.href}><${Icon} name="arrow-left" />${back.label}</a>`}
    <div class="page-title">
      <div>
        ${over && html`<p class="overline">${over}</p>`}
        <h1 tabindex="-1">${title}</h1>
        ${sub && html`<p class="muted">${sub}</p>`}
      </div>
      ${children && html`<div class="page-actions">${children}</div>`}
    </div>
  </header>`;
}
