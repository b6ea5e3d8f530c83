// A number with what it counts.
import { html } from '../lib/html.js';

/** @param {{label: string, value: string, href?: string, tone: string}} props */
export function Figure({ label, value, href, tone }) {
  return html`<div class=${`panel-figure tone-${tone}`}><dt><span class="dot"></span>${label}</dt><dd>${href ? html`<a href=${href}>${value}</a>` : value}</dd></div>`;
}
