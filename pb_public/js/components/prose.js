// A person's words, set.
import { h } from '../lib/dom.js';
import { blocks } from '../lib/markdown.js';

/** @typedef {import('../lib/markdown.js').Span} Span */

/** @param {string} source Markdown */
export function prose(source) {
  return blocks(source).map((block) => {
    if (block.kind === 'heading') return h('p', { class: 'prose-heading' }, block.spans.map(span));
    if (block.kind === 'list') return h(block.ordered ? 'ol' : 'ul', null, block.items.map((item) => h('li', null, item.map(span))));
    return h('p', null, block.spans.map(span));
  });
}

/** @param {Span} one */
function span(one) {
  switch (one.kind) {
    case 'strong': return h('strong', null, one.text);
    case 'em': return h('em', null, one.text);
    case 'code': return h('code', null, one.text);
    case 'link': return h('a', { href: one.href, target: '_blank', rel: 'noopener noreferrer' }, one.text);
    default: return one.text;
  }
}
