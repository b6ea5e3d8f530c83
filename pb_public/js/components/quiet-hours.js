// The hours in which SMS and WeChat wait.
import { clockOptions } from '../lib/clocks.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { SelectField } from './field.js';
import { SwitchRow } from './section.js';

/** A span of no length would be no quiet at all, so that neither end offers the other. @param {{form: import('../lib/instant.js').Instant, zone: string}} props zone: whose clocks count, in words */
export function QuietHours({ form, zone }) {
  const { quiet, from, to } = form.values;
  const error = form.errors.from ?? form.errors.to;
  return html`<div class="quiet-hours">
    <${SwitchRow} form=${form} name="quiet" icon="bell-off" label=${t('profile.quiet')} hint=${t('profile.quiet_hint')} />
    ${
      quiet &&
      html`<div class="quiet-span">
      <div class="pair">
        <${SelectField} form=${form} name="from" label=${t('profile.quiet_from')} options=${clockOptions(from, to)} />
        <${SelectField} form=${form} name="to" label=${t('profile.quiet_to')} options=${clockOptions(to, from)} />
      </div>
      ${!error && html`<p class="field-hint">${t(from > to ? 'profile.quiet_night' : 'profile.quiet_day', { from, to, zone })}</p>`}
    </div>`
    }
  </div>`;
}
