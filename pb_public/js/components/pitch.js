// What T-minus does, in one line: drawn beside every door.
import { h } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { icon } from './icon.js';

const STOPS = [
  { icon: 'list-check', foot: 'check', tone: 'good', lead: 'pitch.seven', word: 'reminder.checklist' },
  { icon: 'tools', foot: 'check', tone: 'good', lead: 'pitch.three', word: 'reminder.equipment' },
  { icon: 'shield-check', foot: 'clock', tone: 'pending', lead: 'pitch.one', word: 'reminder.safety' },
  { icon: 'flag', foot: '', tone: 'accent', lead: 'pitch.day', word: 'pitch.visit' },
];

export function pitch() {
  return h('section', { class: 'pitch', 'aria-label': t('pitch.label') },
    h('p', { class: 'pitch-line' }, t('pitch.line')),
    h('p', { class: 'pitch-text' }, t('pitch.text')),
    h('ol', { class: 'pitch-track' }, STOPS.map((stop) => h('li', { class: `pitch-stop tone-${stop.tone}` },
      h('span', { class: `sign tone-${stop.tone}` }, icon(stop.icon), stop.foot && h('span', { class: 'sign-foot' }, icon(stop.foot))),
      h('span', { class: 'pitch-lead' }, t(stop.lead)),
      h('span', { class: 'pitch-word' }, t(stop.word))))));
}
