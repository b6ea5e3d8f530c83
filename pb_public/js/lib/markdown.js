// The little Markdown that messages are written in, as plain data: nothing of it can become HTML.

/**
 * @typedef {{kind: 'text' | 'strong' | 'em' | 'code', text: string} | {kind: 'link', text: string, href: string}} Span
 * @typedef {{kind: 'heading' | 'paragraph', spans: Span[]} | {kind: 'list', ordered: boolean, items: Span[][]}} Block
 */

const INLINE =
  /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\((https?:[^\s)]+|mailto:[^\s)]+|tel:[^\s)]+)\)|(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])/g;

/**
 * @param {string} text
 * @returns {Span[]}
 */
export function spans(text) {
  /** @type {Span[]} */
  const found = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) found.push({ kind: 'text', text: text.slice(at, match.index) });
    if (match[1] !== undefined) found.push({ kind: 'strong', text: match[1] });
    else if (match[2] !== undefined) found.push({ kind: 'code', text: match[2] });
    else if (match[3] !== undefined) found.push({ kind: 'link', text: match[3], href: match[4] });
    else found.push({ kind: 'em', text: match[5] });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ kind: 'text', text: text.slice(at) });
  return found;
}

/**
 * @param {string} source
 * @returns {Block[]}
 */
export function blocks(source) {
  /** @type {Block[]} */
  const found = [];
  let open = false; // whether the last paragraph goes on
  for (const raw of source.split(/\r?\n/)) {
    const line = raw.trim();
    const last = found.at(-1);
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    const item = /^(?:([-*+])|\d{1,3}[.)])\s+(.*)$/.exec(line);
    if (line === '') open = false;
    else if (heading) {
      found.push({ kind: 'heading', spans: spans(heading[1]) });
      open = false;
    } else if (item) {
      const ordered = item[1] === undefined;
      if (last?.kind === 'list' && last.ordered === ordered) last.items.push(spans(item[2]));
      else found.push({ kind: 'list', ordered, items: [spans(item[2])] });
      open = false;
    } else if (open && last?.kind === 'paragraph') {
      last.spans.push({ kind: 'text', text: '\n' }, ...spans(line));
    } else {
      found.push({ kind: 'paragraph', spans: spans(line) });
      open = true;
    }
  }
  return found;
}
