// Which event something is tried with: a coming one, or one that is made up.
import { useMemo } from 'preact/hooks';
import { searchComing } from '../data/plans.js';
import { moment, parse } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { zoneOf } from '../lib/state.js';
import { Combobox } from './combobox.js';

/** @param {{event: any, onEvent: (event: any) => void, madeUp: string}} props event: null for the made-up one; madeUp: what that is called */
export function SampleEvent({ event, onEvent, madeUp }) {
  const found = useMemo(() => /** @type {Map<string, any>} */ (new Map()), []);
  const search = async (/** @type {string} */ query) => {
    const events = await searchComing(query, new Date());
    for (const one of events) found.set(one.id, one);
    return events.map((one) => ({ value: one.id, label: one.title, note: noteOf(one) }));
  };
  const pick = (/** @type {string} */ id) => onEvent(found.get(id) ?? null);
  const form = /** @type {any} */ ({
    values: { sample: event?.id ?? '' },
    errors: {},
    set: (/** @type {string} */ _name, /** @type {string} */ id) => pick(id),
  });
  const known = event ? [{ value: event.id, label: event.title }] : [];
  return html`<div class="plan-sample-event"><${Combobox} form=${form} name="sample" label=${t('plans.sample')} optional placeholder=${madeUp} search=${search} known=${known} /></div>`;
}

/** @param {any} event */
function noteOf(event) {
  const start = parse(event.planned_start_date);
  return [start && moment(start, zoneOf(event), intl(), new Date()), event.expand?.customer?.name].filter(Boolean).join(' · ');
}
