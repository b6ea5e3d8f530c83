// Markup in template literals: html`<p class="muted">${words}</p>`.
import htm from 'htm';
import { h } from 'preact';

export const html = htm.bind(h);
