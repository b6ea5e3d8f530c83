import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { initials } from '../lib/reminders.js';
import { minute } from '../lib/state.js';
import { eventLook } from '../lib/status.js';
import { Icon } from './icon.js';

/**
 * A status: icon, word and colour.
 * @param {{look: import('../lib/status.js').Look, word?: string, plain?: boolean, spin?: boolean}} props plain: without ground, for dense places
 */
export function Badge({ look, word, plain, spin }) {
  return html`<span class=${`badge tone-${look.tone}${plain ? ' plain' : ''}`}>
    <${Icon} name=${look.icon} spin=${spin} /><span>${word ?? t(look.key)}</span>
  </span>`;
}

/** @param {{event: any}} props */
export function EventBadge({ event }) {
  minute.value; // an event becomes overdue as time passes
  return html`<${Badge} look=${eventLook(event, new Date())} />`;
}

/** Two letters for a person. @param {{name: string}} props */
export function Face({ name }) {
  return html`<span class="face" aria-hidden="true">${initials(name || '')}</span>`;
}
