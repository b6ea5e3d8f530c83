// The reminders of an event on one line, from the first to the visit.

import { parse } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { inOrder, wasKept } from '../lib/reminders.js';
import { channels } from '../lib/state.js';
import { reminderLook, typeIcon } from '../lib/status.js';
import { Icon } from './icon.js';
import { When } from './when.js';

const SHOWN = 3;

/** A reminder's sign: what it is about, and at its foot how it stands. @param {{reminder: any, look: import('../lib/status.js').Look}} props */
export function Sign({ reminder, look }) {
  return html`<span class=${`sign tone-${look.tone}${reminder.status === 'sending' ? ' busy' : ''}`}>
    <${Icon} name=${typeIcon(reminder.reminder_type)} /><span class="sign-foot"><${Icon} name=${look.icon} /></span>
  </span>`;
}

/** @param {{reminders: any[], zone: string}} props of one event, and its zone */
export function Track({ reminders, zone }) {
  if (reminders.length === 0) return html`<p class="track-none">${t('track.none')}</p>`;
  const ordered = inOrder(reminders);
  // Where there are many, what comes next matters more than what is long done.
  const open = ordered.findIndex((r) => r.status === 'pending' || r.status === 'sending');
  const from = ordered.length <= SHOWN ? 0 : Math.max(0, Math.min(open < 0 ? ordered.length : open - 1, ordered.length - SHOWN));
  const shown = ordered.slice(from, from + SHOWN);
  const hidden = ordered.length - shown.length;
  return html`<ul class="track" aria-label=${t('track.label')}>
    ${shown.map((r) => html`<${Stop} key=${r.id} reminder=${r} zone=${zone} />`)}
    ${hidden > 0 && html`<li class="track-more">${t('track.more', { n: hidden })}</li>`}
  </ul>`;
}

/** @param {{reminder: any, zone: string}} props */
function Stop({ reminder: r, zone }) {
  const look = reminderLook(r, wasKept(r, undefined, channels.value));
  const due = parse(r.send_datetime);
  const waits = r.status === 'pending' && due;
  return html`<li class=${`stop tone-${look.tone}`} title=${`${r.title}: ${t(look.key)}`}>
    <${Sign} reminder=${r} look=${look} />
    <span class="sr-only">${`${r.title}: ${r.status === 'pending' ? `${t(look.key)}, ` : ''}`}</span>
    <span class="stop-word">${waits ? html`<${When} at=${due} zone=${zone} form="short" />` : t(look.key === 'reminder.kept' ? 'track.kept' : look.key)}</span>
  </li>`;
}
