// A time zone, searched by its city or the name of its clocks.

import { cityOf, clockOf, findZones } from '../data/zones.js';
import { isZone, time } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, locale } from '../lib/i18n.js';
import { minute } from '../lib/state.js';
import { Combobox } from './combobox.js';

/** @param {{form: import('../lib/form.js').Form, name: string, label: string, hint?: string, optional?: boolean}} props hint: what it means to choose none */
export function ZoneField({ form, name, label, hint, optional }) {
  minute.value; // the time that is told below
  const zone = form.values[name];
  const told = isZone(zone) ? `${time(new Date(), zone, intl())} · ${clockOf(zone, intl())}` : hint;
  const search = async (/** @type {string} */ query) => findZones(query, locale.value, intl());
  return html`<${Combobox} form=${form} name=${name} label=${label} hint=${told} optional=${optional} search=${search}
    known=${zone ? [{ value: zone, label: cityOf(zone, locale.value) }] : []} />`;
}
