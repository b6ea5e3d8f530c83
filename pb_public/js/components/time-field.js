// When a reminder leaves: a date and time by the clocks of the event, and the usual ones at a touch.

import { moment, parse, sameClock, stamp, zoneName } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { quickTimes } from '../lib/reminder-form.js';
import { minute, viewerZone } from '../lib/state.js';
import { DateTimeField } from './field.js';
import { When } from './when.js';

/** @param {{form: import('../lib/form.js').Form, event: any, zone: string, unmoved: boolean}} props unmoved: it is the saved time still, which may have passed */
export function TimeField({ form, event, zone, unmoved }) {
  minute.value; // times pass while one writes
  const now = new Date();
  const at = parse(form.values.send_datetime);
  const start = parse(event.planned_start_date);
  return html`<div class="rem-time-field">
    <${DateTimeField} form=${form} name="send_datetime" label=${t('reminders.when')} zone=${zone} hint=${html`<${Hint} at=${at} zone=${zone} past=${at !== null && at <= now && !unmoved} />`} />
    <div class="chips" role="group" aria-label=${t('reminders.quick_times')}>
      ${quickTimes(start, now, zone).map(
        (one) => html`<button key=${one.key} type="button" class="chip" disabled=${one.past} title=${moment(one.at, zone, intl(), now)}
          aria-pressed=${String(at?.getTime() === one.at.getTime())} onClick=${() => form.set('send_datetime', stamp(one.at))}>${t(`reminders.at.${one.key}`)}</button>`,
      )}
    </div>
    ${at && start && at > start && html`<p class="field-hint">${t('reminders.after_start')}</p>`}
  </div>`;
}

/** How far away it is, and on whose clocks. @param {{at: Date | null, zone: string, past: boolean}} props */
function Hint({ at, zone, past }) {
  const elsewhere = !sameClock(zone, viewerZone.value, at ?? new Date());
  return html`<span class="rem-dotted">
    ${past ? html`<span class="rem-late">${t('reminders.invalid.in_past')}</span>` : at && html`<span><${When} at=${at} zone=${zone} form="due" /></span>`}
    ${elsewhere && html`<span>${t('field.zone_of', { zone: zoneName(zone, at ?? new Date(), intl()) })}</span>`}
  </span>`;
}
