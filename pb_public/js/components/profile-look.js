// How the app looks to oneself: the language and the theme, both at once.

import { changeProfile } from '../data/account.js';
import { html } from '../lib/html.js';
import { LOCALES, locale, t } from '../lib/i18n.js';
import { useInstant } from '../lib/instant.js';
import { chooseLanguage } from '../lib/language.js';
import { chooseTheme, chosenTheme } from '../lib/theme.js';
import { Choice } from './button.js';
import { Icon } from './icon.js';
import { Section } from './section.js';

/** @param {{me: any, onSaved: (me: any) => void}} props */
export function ProfileLook({ me, onSaved }) {
  const form = useInstant({ locale: me.locale || locale.value }, async ({ locale: code }) => {
    const before = locale.peek();
    await chooseLanguage(code);
    try {
      onSaved(await changeProfile({ locale: code }));
    } catch (error) {
      await chooseLanguage(before);
      throw error;
    }
  });
  return html`<${Section} id="look" title=${t('profile.look')} text=${t('profile.look_text')} instant=${form}>
    <div class="setting-body form">
      <div class="field" data-field="locale">
        <span class="label" aria-hidden="true">${t('field.language')}</span>
        <${Choice} label=${t('field.language')} value=${form.values.locale} onChange=${(/** @type {string} */ code) => form.set('locale', code)}
          options=${LOCALES.map((l) => ({ value: l.code, label: l.name }))} />
        ${form.errors.locale && html`<p class="field-error" role="alert"><${Icon} name="alert-circle" /><span>${form.errors.locale}</span></p>`}
      </div>
      <${ThemeChoice} />
    </div>
  <//>`;
}

/** Light, dark, or as the system is. */
export function ThemeChoice() {
  const options = [
    { value: 'system', icon: 'device-desktop', label: t('account.theme.system') },
    { value: 'light', icon: 'sun', label: t('account.theme.light') },
    { value: 'dark', icon: 'moon', label: t('account.theme.dark') },
  ];
  return html`<div class="field">
    <span class="label" aria-hidden="true">${t('account.theme')}</span>
    <${Choice} label=${t('account.theme')} value=${chosenTheme.value} onChange=${chooseTheme} options=${options} />
  </div>`;
}
