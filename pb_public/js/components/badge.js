import { h } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { icon } from './icon.js';

/** @typedef {import('../lib/status.js').Look} Look */

/** A status: icon, word and colour. @param {Look} look @param {string} [word] instead of the look's own */
export function badge(look, word) {
  return h('span', { class: `badge tone-${look.tone}` }, icon(look.icon), h('span', null, word ?? t(look.key)));
}

/** The same without ground, for dense places. @param {Look} look @param {string} [word] */
export function plainBadge(look, word) {
  return h('span', { class: `badge plain tone-${look.tone}` }, icon(look.icon), h('span', null, word ?? t(look.key)));
}
