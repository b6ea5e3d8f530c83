import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { LinkButton } from './button.js';
import { Empty } from './states.js';

/** The page of an address that leads nowhere. */
export function Missing() {
  return html`<div class="page">
    <${Empty} heading icon="map-pin" title=${t('missing.title')} text=${t('missing.text')}><${LinkButton} href="/">${t('nav.today')}<//><//>
  </div>`;
}
