// Shows a mail as its reader would see it. Mails carry their styles inline, which the page's Content-Security-Policy
// refuses in markup, in frames too; set as properties, inside a shadow root, they are allowed and touch nothing else.
import { html as markup } from '../lib/html.js';
import { disarmed } from '../lib/mail.js';

const DROPPED = 'script,iframe,frame,object,embed,link,meta,base,form,input,button,select,textarea,noscript,template,audio,video,svg,math';
const KEPT = new Set([
  'alt',
  'title',
  'width',
  'height',
  'align',
  'valign',
  'bgcolor',
  'border',
  'cellpadding',
  'cellspacing',
  'colspan',
  'rowspan',
  'role',
  'lang',
  'dir',
  'class',
  'id',
  'aria-hidden',
  'aria-label',
]);

class MailElement extends HTMLElement {
  #html = '';

  get html() {
    return this.#html;
  }

  set html(html) {
    if (this.#html === html) return;
    this.#html = html;
    if (this.isConnected) this.connectedCallback();
  }

  connectedCallback() {
    paint(this.shadowRoot ?? this.attachShadow({ mode: 'open' }), this.#html);
  }
}
customElements.define('mail-view', MailElement);

/** @param {{message: {id: string, html: string, locale?: string}}} props */
export function MailView({ message }) {
  return markup`<mail-view key=${message.id} class="mail-view" lang=${message.locale || null} html=${message.html}></mail-view>`;
}

/** @param {ShadowRoot} root @param {string} html */
function paint(root, html) {
  const { markup, styles } = disarmed(html);
  const parsed = new DOMParser().parseFromString(markup, 'text/html');
  const sheets = styles.map((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    return sheet;
  });
  for (const element of parsed.querySelectorAll(DROPPED)) element.remove();
  const paper = document.createElement('div');
  paper.className = 'paper';
  copyStyle(parsed.body, paper);
  for (const node of [...parsed.body.childNodes]) {
    const copy = cleaned(node);
    if (copy) paper.append(copy);
  }
  root.adoptedStyleSheets = [frame(), ...sheets];
  root.replaceChildren(paper);
}

function frame() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    ':host{display:block;contain:content;overflow-x:auto;color-scheme:light}.paper{all:initial;display:block;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}',
  );
  return sheet;
}

/** A copy with nothing that acts. @param {Node} node @returns {Node | null} */
function cleaned(node) {
  if (node.nodeType === Node.TEXT_NODE) return document.createTextNode(node.nodeValue ?? '');
  if (!(node instanceof Element)) return null;
  const copy = document.createElement(node.localName);
  for (const { name, value } of node.attributes) if (KEPT.has(name)) copy.setAttribute(name, value);
  copyStyle(node, copy);
  const href = node.getAttribute('href');
  if (copy instanceof HTMLAnchorElement && href && /^(https?:|mailto:|tel:)/i.test(href)) {
    copy.href = href;
    copy.target = '_blank';
    copy.rel = 'noopener noreferrer';
  }
  const src = node.getAttribute('src');
  if (copy instanceof HTMLImageElement && src && /^data:image\//i.test(src)) copy.src = src;
  for (const child of node.childNodes) {
    const inner = cleaned(child);
    if (inner) copy.append(inner);
  }
  return copy;
}

/** @param {Element} from @param {HTMLElement} to */
function copyStyle(from, to) {
  const style = from.getAttribute('data-style');
  if (style) to.style.cssText = style;
}
