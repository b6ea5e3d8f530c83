// What kind of event it is: one tap.
import { useEffect, useRef } from 'preact/hooks';
import { TYPES } from '../data/events.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { typeIcon } from '../lib/status.js';
import { Choice } from './button.js';
import { Field } from './field.js';

/** @param {{form: import('../lib/form.js').Form}} props */
export function TypeField({ form }) {
  const root = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    // On a phone the types scroll sideways: the chosen one is in sight.
    const chips = root.current?.querySelector('.chips');
    const chosen = /** @type {HTMLElement | null | undefined} */ (chips?.querySelector('[aria-pressed=true]'));
    if (chips && chosen) chips.scrollLeft = chosen.offsetLeft - (chips.clientWidth - chosen.offsetWidth) / 2;
  }, []);
  return html`<div ref=${root}><${Field} form=${form} name="event_type" label=${t('event-form.type')} group>
    <${Choice} chips label=${t('event-form.type')} value=${form.values.event_type || 'other'} onChange=${(/** @type {string} */ type) => form.set('event_type', type)}
      options=${TYPES.map((value) => ({ value, label: t(`type.${value}`), icon: typeIcon(value) }))} />
  <//></div>`;
}
