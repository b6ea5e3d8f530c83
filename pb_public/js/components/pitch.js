// What T-minus does, in one line: drawn beside every door.
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { Icon } from './icon.js';

const STOPS = [
  { icon: 'list-check', foot: 'check', tone: 'good', lead: 'pitch.seven', word: 'reminder.checklist' },
  { icon: 'tools', foot: 'check', tone: 'good', lead: 'pitch.three', word: 'reminder.equipment' },
  { icon: 'shield-check', foot: 'clock', tone: 'pending', lead: 'pitch.one', word: 'reminder.safety' },
  { icon: 'flag', foot: '', tone: 'accent', lead: 'pitch.day', word: 'pitch.visit' },
];

export function Pitch() {
  return html`<section class="pitch" aria-label=${t('pitch.label')}>
    <p class="pitch-line">${t('pitch.line')}</p>
    <p class="pitch-text">${t('pitch.text')}</p>
    <ol class="pitch-track">${STOPS.map(
      (stop) => html`<li key=${stop.lead} class=${`pitch-stop tone-${stop.tone}`}>
      <span class="sign"><${Icon} name=${stop.icon} />${stop.foot && html`<span class="sign-foot"><${Icon} name=${stop.foot} /></span>`}</span>
      <span class="pitch-lead">${t(stop.lead)}</span>
      <span class="pitch-word">${t(stop.word)}</span>
    </li>`,
    )}</ol>
  </section>`;
}
