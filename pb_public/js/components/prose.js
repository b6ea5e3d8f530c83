// A person's words, set.
import { html } from '../lib/html.js';
import { blocks } from '../lib/markdown.js';

/** @typedef {import('../lib/markdown.js').Span} Span */

/** @param {{source: string}} props Markdown */
export function Prose({ source }) {
  return html`<div class="prose">${blocks(source ?? '').map(block)}</div>`;
}

/** @param {import('../lib/markdown.js').Block} one */
function block(one) {
  if (one.kind === 'heading') return html`<p class="prose-heading">${one.spans.map(span)}</p>`;
  if (one.kind === 'list') {
    const items = one.items.map((item) => html`<li>${item.map(span)}</li>`);
    return one.ordered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
  }
  return html`<p>${one.spans.map(span)}</p>`;
}

/** @param {Span} one */
function span(one) {
  switch (one.kind) {
    case 'strong':
      return html`<strong>${one.text}</strong>`;
    case 'em':
      return html`<em>${one.text}</em>`;
    case 'code':
      return html`<code>${one.text}</code>`;
    case 'link':
      return html`<a href=${one.href} target="_blank" rel="noopener noreferrer">${one.text}</a>`;
    default:
      return one.text;
  }
}
