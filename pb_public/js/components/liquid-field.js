// A field for a text with variables. They are marked in it, and what is wrong with them is told below, where one can mend it.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { html } from '../lib/html.js';
import { has, t } from '../lib/i18n.js';
import { lineRange, marks, nameRange, syntaxFault } from '../lib/liquid.js';
import { Icon } from './icon.js';

/** @typedef {import('../lib/liquid.js').Refusal} Refusal */
/**
 * @typedef {object} Props
 * @property {import('../lib/form.js').Form} form
 * @property {string} name
 * @property {string} label
 * @property {any} [hint]
 * @property {string} lang of the text
 * @property {boolean} [many] several lines
 * @property {Refusal} [fault] what the server found in the text as it was checked last
 */

/** @param {Props} props */
export function LiquidField({ form, name, label, hint, lang, many, fault }) {
  const id = `field-${name}`;
  const text = form.values[name] ?? '';
  const error = form.errors[name];
  const wrong = Boolean(fault || error);
  const attributes = {
    id,
    name,
    lang,
    class: 'input',
    value: text,
    autocomplete: 'off',
    spellcheck: 'true',
    'data-liquid': '',
    'aria-invalid': wrong ? 'true' : null,
    'aria-describedby': wrong ? `${id}-error` : hint ? `${id}-hint` : null,
    onInput: (/** @type {any} */ e) => form.set(name, e.target.value),
  };
  return html`<div class=${wrong ? 'field invalid' : 'field'} data-field=${name}>
    <label for=${id}>${label}</label>
    ${
      many
        ? html`<div class="liquid"><${Marked} text=${text} lang=${lang} /><textarea ...${attributes} rows="6"></textarea></div>`
        : html`<input ...${attributes} type="text" maxlength="200" />`
    }
    <div aria-live="polite">${
      fault
        ? html`<${Fault} id=${`${id}-error`} field=${id} text=${text} fault=${fault} />`
        : error && html`<p class="field-error" id=${`${id}-error`}><${Icon} name="alert-circle" /><span>${error}</span></p>`
    }</div>
    ${hint && !wrong && html`<p class="field-hint" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

/** What is marked on the whole page, by kind; nothing where the browser knows no highlights. @param {'variable' | 'tag'} kind */
function highlight(kind) {
  const name = `liquid-${kind}`;
  let found = globalThis.CSS?.highlights?.get(name);
  if (!found && globalThis.CSS?.highlights) CSS.highlights.set(name, (found = new Highlight()));
  return found;
}

/**
 * The same text behind the field's own, which gives the field its height and its variables their ground. It is one piece,
 * marked by ranges: elements in it would break its lines elsewhere than the field does.
 * @param {{text: string, lang: string}} props
 */
function Marked({ text, lang }) {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    const node = ref.current?.firstChild;
    if (!node) return undefined;
    let at = 0;
    const ranges = marks(text).flatMap(({ kind, text: piece }) => {
      const range = { startContainer: node, startOffset: at, endContainer: node, endOffset: (at += piece.length) };
      return kind === 'text' ? [] : [{ kind, range: new StaticRange(range) }];
    });
    for (const { kind, range } of ranges) highlight(kind)?.add(range);
    return () => {
      for (const { kind, range } of ranges) highlight(kind)?.delete(range);
    };
  }, [text]);
  return html`<div class="liquid-marks" ref=${ref} lang=${lang} aria-hidden="true">${`${text}\n`}</div>`;
}

/** @param {{id: string, field: string, text: string, fault: Refusal}} props */
function Fault({ id, field, text, fault }) {
  const { line, name, suggestion } = fault.params ?? {};
  const at = suggestion ? nameRange(text, line ?? 1, name) : null;
  const long = text.includes('\n') && line > 0;
  return html`<div class="field-error liquid-fault" id=${id}>
    <${Icon} name="alert-circle" />
    <span>
      ${long && html`<button type="button" class="text-button" onClick=${() => select(field, lineRange(text, line))}>${t('templates.line', { line })}</button>${' '}`}
      ${faultWords(text, fault)}
      ${at && html`${' '}<button type="button" class="text-button strong" onClick=${() => replace(field, at, suggestion)}>${t('templates.use_instead', { name: suggestion })}</button>`}
    </span>
  </div>`;
}

/** What is wrong with a text, in the reader's words. @param {string} text @param {Refusal} fault */
export function faultWords(text, fault) {
  const { problem, name = '' } = fault.params ?? {};
  const found = syntaxFault(text);
  // What follows an open bracket is taken for its content, so that the fault seems to be a name in there.
  if (problem === 'syntax' || found.fault === 'unclosed') return t(`templates.fault.${found.fault}`, { name: found.name, end: found.end });
  const key = `templates.fault.${problem}`;
  return has(key) ? t(key, { name }) : fault.message;
}

/** @param {string} id @returns {HTMLInputElement | HTMLTextAreaElement | null} */
function fieldOf(id) {
  return /** @type {any} */ (document.getElementById(id));
}

/** Selects a part of a field, where the author can see it. @param {string} id @param {[number, number]} range */
function select(id, [start, end]) {
  const field = fieldOf(id);
  field?.focus();
  field?.setSelectionRange(start, end);
}

/** @param {string} id @param {[number, number]} range @param {string} text */
function replace(id, range, text) {
  select(id, range);
  const field = fieldOf(id);
  if (field) type(field, text);
}

/**
 * Puts a text where the caret is, as if it had been typed, so that the browser can take it back.
 * @param {HTMLInputElement | HTMLTextAreaElement} field @param {string} text
 */
export function type(field, text) {
  field.focus();
  if (document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
