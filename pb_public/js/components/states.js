// What a page shows when it has nothing to show: still loading, empty, failed, not allowed.
import { h } from '../lib/dom.js';
import { has, t } from '../lib/i18n.js';
import { sentence } from '../lib/errors.js';
import { icon } from './icon.js';

/** @typedef {import('../lib/dom.js').Children} Children */

/**
 * @param {{icon: string, title: string, text?: string, tone?: string, heading?: boolean}} o heading: nothing above it names the page
 * @param {...Children} actions
 */
export function state(o, ...actions) {
  return h('div', { class: `state ${o.tone ? 'tone-' + o.tone : ''}` },
    h('span', { class: 'state-icon' }, icon(o.icon)),
    h(o.heading ? 'h1' : 'p', { class: 'state-title', tabindex: o.heading ? '-1' : null }, o.title),
    o.text && h('p', { class: 'state-text' }, o.text),
    actions.flat().some(Boolean) && h('div', { class: 'state-actions' }, ...actions));
}

/**
 * The cause of a failure, and another try.
 * @param {import('../lib/errors.js').Problem} problem
 * @param {() => void} again
 * @param {boolean} [heading]
 */
export function failure(problem, again, heading = false) {
  if (problem.kind === 'forbidden') return state({ heading, icon: 'shield-check', title: t('error.forbidden_title'), text: t('error.forbidden') });
  return state(
    { heading, icon: problem.kind === 'offline' ? 'wifi-off' : 'alert-circle', tone: 'bad', title: t('error.title'), text: sentence(problem, t, has) },
    h('button', { class: 'button', type: 'button', on: { click: again } }, icon('refresh'), t('action.try_again')));
}

/** A place that will be filled. @param {string} kind the class that gives its size */
export function skeleton(kind) {
  return h('span', { class: `skeleton ${kind}`, 'aria-hidden': 'true' });
}

/** Rows that will be filled, told once to a screen reader. @param {number} count @param {string} kind */
export function skeletonRows(count, kind) {
  return h('div', { class: 'card skeleton-rows', 'aria-busy': 'true' },
    h('span', { class: 'sr-only' }, t('state.loading')),
    Array.from({ length: count }, () => h('div', { class: `skeleton-row ${kind}` }, skeleton('short'), skeleton('long'), skeleton('wide'), skeleton('pill'))));
}
