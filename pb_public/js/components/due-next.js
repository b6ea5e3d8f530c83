// The reminders that leave next, by the clock of a launch, and those that have just left.
import { parse } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { wasKept } from '../lib/reminders.js';
import { channels, zoneOf } from '../lib/state.js';
import { reminderLook } from '../lib/status.js';
import { Badge } from './badge.js';
import { Sign } from './track.js';
import { When } from './when.js';

/** @param {{next: any[], left: any[]}} props */
export function DueNext({ next, left }) {
  return html`<section class="card due" aria-labelledby="due-title">
    <h2 id="due-title">${t('today.due')}</h2>
    ${
      next.length === 0
        ? html`<p class="muted due-none">${t('today.due_none')}</p>`
        : html`<ul>${next.map((r, i) => html`<${Line} key=${r.id} reminder=${r} first=${i === 0} />`)}</ul>`
    }
    ${left.length > 0 && html`<h3>${t('today.left')}</h3><ul>${left.map((r) => html`<${Line} key=${r.id} reminder=${r} />`)}</ul>`}
  </section>`;
}

/** @param {{reminder: any, first?: boolean}} props first: its clock is large */
function Line({ reminder: r, first }) {
  const look = reminderLook(r, wasKept(r, undefined, channels.value));
  const event = r.expand?.event;
  const due = parse(r.send_datetime);
  const left = parse(r.sent_at);
  const waits = r.status === 'pending';
  return html`<li class=${`row-item due-line tone-${look.tone} ${first && waits ? 'first' : ''}`}>
    <${Sign} reminder=${r} look=${look} />
    <div class="due-what">
      <a class="cover" href=${`/reminders/${r.id}`}>${r.title}</a>
      <p class="clip muted">${event?.title ?? ''}</p>
    </div>
    <div class="due-when">
      ${waits && due ? html`<${When} at=${due} zone=${zoneOf(event)} form="launch" />` : html`<${Badge} look=${look} plain spin=${r.status === 'sending'} />`}
      ${!waits && left && html`<span class="muted"><${When} at=${left} /></span>`}
    </div>
  </li>`;
}
