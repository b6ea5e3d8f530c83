import { h } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { state } from '../components/states.js';

/** An address that leads nowhere. @returns {import('../app.js').Page} */
export default function missing() {
  return {
    title: () => t('missing.title'),
    view: () => h('div', { class: 'page', key: 'missing' },
      state({ heading: true, icon: 'search', title: t('missing.title'), text: t('missing.text') }, h('a', { class: 'button', href: '/' }, t('nav.to_events')))),
  };
}
