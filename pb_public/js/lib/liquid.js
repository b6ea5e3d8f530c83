// Liquid as an author types it: what to mark in the text, and what keeps it from being read. The server has the last word.

/** @typedef {{kind: 'text' | 'variable' | 'tag', text: string}} Mark */
/** @typedef {{code: string, message: string, params?: Record<string, any>}} Refusal as the server says what is wrong with a text */
/** @typedef {{fault: 'unclosed' | 'unended' | 'alone' | 'unreadable', name: string, end: string}} SyntaxFault */

const PIECES = /\{\{.*?\}\}|\{%.*?%\}/gs;
const BLOCKS = ['if', 'unless', 'for', 'case', 'comment', 'raw', 'capture', 'tablerow'];
const MIDDLES = ['else', 'elsif', 'when'];

/** A text in pieces: words, variables and tags. @param {string} text @returns {Mark[]} */
export function marks(text) {
  /** @type {Mark[]} */
  const found = [];
  let at = 0;
  for (const match of text.matchAll(PIECES)) {
    if (match.index > at) found.push({ kind: 'text', text: text.slice(at, match.index) });
    found.push({ kind: match[0].startsWith('{{') ? 'variable' : 'tag', text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ kind: 'text', text: text.slice(at) });
  return found;
}

/** Instants need a form; authors mostly want the time of day, since event.when says it all. */
const FORMED = /^event\.(start|end)$/;

/** What a variable is written as in a text. @param {string} name */
export function variable(name) {
  return FORMED.test(name) ? `{{ ${name} | date: "%H:%M" }}` : `{{ ${name} }}`;
}

/** What a variable, written so, would be. @param {{name: string, example: string}} v */
export function exampleOf({ name, example }) {
  return FORMED.test(name) ? (/\d\d:\d\d/.exec(example)?.[0] ?? example) : example;
}

/** Why a text cannot be read, as far as its brackets and tags tell. @param {string} text @returns {SyntaxFault} */
export function syntaxFault(text) {
  /** @type {string[]} */
  const open = [];
  for (const piece of marks(text)) {
    const bracket = openBracket(piece);
    if (bracket) return { fault: 'unclosed', name: bracket, end: bracket === '{{' ? '}}' : '%}' };
    if (piece.kind !== 'tag') continue;
    const name = /[a-z]+/.exec(piece.text)?.[0] ?? '';
    if (BLOCKS.includes(name)) open.push(name);
    else if (MIDDLES.includes(name) && open.length === 0) return { fault: 'alone', name, end: '' };
    else if (name.startsWith('end') && open.pop() !== name.slice(3)) return { fault: 'alone', name, end: '' };
  }
  const last = open.pop();
  if (last) return { fault: 'unended', name: last, end: `end${last}` };
  return { fault: 'unreadable', name: '', end: '' };
}

/** A bracket in the text that is never closed, or one that opens inside of another. @param {Mark} piece */
function openBracket({ kind, text }) {
  const inside = /\{\{|\{%/.exec(kind === 'text' ? text : text.slice(2));
  if (!inside) return '';
  return kind === 'text' ? inside[0] : text.slice(0, 2);
}

/** Where a line begins and ends. @param {string} text @param {number} line counted from 1 @returns {[number, number]} */
export function lineRange(text, line) {
  const lines = text.split('\n');
  const n = Math.min(Math.max(line, 1), lines.length);
  const start = lines.slice(0, n - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return [start, start + lines[n - 1].length];
}

/**
 * Where a name stands as a word of its own, from a line on; null where it is written otherwise.
 * @param {string} text @param {number} line @param {string} name @returns {[number, number] | null}
 */
export function nameRange(text, line, name) {
  const [from] = lineRange(text, line);
  const word = new RegExp(`(?<![\\w.])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w])`, 'g');
  word.lastIndex = from;
  const at = word.exec(text)?.index;
  return at === undefined ? null : [at, at + name.length];
}

/** What the server refuses, by field, with the parameters that a translation needs. @param {any} error @returns {Record<string, Refusal>} */
export function refusals(error) {
  return error?.status === 400 ? (error.response?.data ?? {}) : {};
}
