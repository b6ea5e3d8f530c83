// When an event starts: a field, and the starts that are meant most often one tap away.

import { day, daysBetween, parse, stamp, time } from '../lib/dates.js';
import { quickStarts } from '../lib/event-form.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { minute } from '../lib/state.js';
import { DateTimeField } from './field.js';

/** @param {{form: import('../lib/form.js').Form}} props */
export function StartField({ form }) {
  minute.value; // "now" moves on
  const zone = form.values.timezone;
  const now = new Date();
  const start = parse(form.values.planned_start_date);
  return html`<div class="start-field">
    <${DateTimeField} form=${form} name="planned_start_date" label=${t('event-form.start')} optional=${false} zone=${zone} />
    <div class="chips" role="group" aria-label=${t('event-form.quick')}>
      ${quickStarts(now, zone).map(
        (
          one,
        ) => html`<button key=${one.now ? 'now' : stamp(one.at)} type="button" class="chip" aria-pressed=${String(start?.getTime() === one.at.getTime())}
        onClick=${() => form.set('planned_start_date', stamp(one.at))}>${one.now ? t('event-form.now') : chipWords(one.at, now, zone)}</button>`,
      )}
    </div>
  </div>`;
}

/** "Tomorrow 10:00". @param {Date} at @param {Date} now @param {string} zone */
function chipWords(at, now, zone) {
  const away = daysBetween(now, at, zone);
  const on = away === 0 ? t('day.today') : away === 1 ? t('day.tomorrow') : day(at, zone, intl(), now);
  return `${on} ${time(at, zone, intl())}`;
}
