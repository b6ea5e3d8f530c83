// The texts of a template: its three languages side by side, on a phone one at a time.
import { html } from '../lib/html.js';
import { languageName, t } from '../lib/i18n.js';
import { toast } from '../lib/state.js';
import { isBlank, LANGUAGES } from '../lib/templates.js';
import { Button, Choice } from './button.js';
import { Icon } from './icon.js';
import { LiquidField } from './liquid-field.js';
import { Menu } from './menu.js';

/** @typedef {import('../lib/form.js').Form} Form */
/** @typedef {import('../lib/liquid.js').Refusal} Refusal */

/** On a phone: which language is on the screen. @param {{current: string, onCurrent: (language: string) => void, marks: (language: string) => string | undefined}} props marks: the icon of one that needs a look */
export function LanguageChoice({ current, onCurrent, marks }) {
  const options = LANGUAGES.map((value) => ({ value, label: languageName(value), icon: marks(value) }));
  return html`<div class="tpl-choice"><${Choice} label=${t('nav.language')} value=${current} onChange=${onCurrent} options=${options} /></div>`;
}

/**
 * @typedef {object} Props
 * @property {Form} form
 * @property {string} current the language that a phone shows
 * @property {string[]} changed not saved yet
 * @property {string[]} stored languages that the server has
 * @property {(language: string) => Record<string, Refusal>} faults
 * @property {(language: string) => void} onDelete
 */

/** @param {Props} props */
export function TemplateTexts(props) {
  const { form, current } = props;
  return html`<div class="tpl-columns texts">
      ${LANGUAGES.map(
        (
          one,
        ) => html`<section key=${one} class=${one === current ? 'tpl-column current' : 'tpl-column'} aria-labelledby=${`language-${one}`}>
        ${form.values.open.includes(one) ? html`<${Text} ...${props} language=${one} />` : html`<${Unwritten} form=${form} language=${one} />`}
      </section>`,
      )}
    </div>`;
}

/** @param {Props & {language: string}} props */
function Text({ form, language, changed, stored, faults, onDelete }) {
  const found = faults(language);
  const others = form.values.open.filter((/** @type {string} */ one) => one !== language && !isBlank(form.values, one));
  const close = () => form.fill({ open: form.values.open.filter((/** @type {string} */ one) => one !== language), ...blank(language) });
  return html`<header class="tpl-column-head">
      <h2 id=${`language-${language}`} lang=${language}>${languageName(language)}</h2>
      ${changed.includes(language) && html`<span class="tpl-changed"><span class="dot"></span>${t(stored.includes(language) ? 'templates.changed' : 'templates.new_language')}</span>`}
      <${Menu} label=${t('templates.language_actions', { language: languageName(language) })} items=${[
        ...others.map((/** @type {string} */ from) => ({
          label: t('templates.copy_from', { language: languageName(from) }),
          icon: 'copy',
          run: () => copy(form, from, language),
        })),
        stored.includes(language) &&
          stored.length > 1 && { label: t('templates.delete_language'), icon: 'trash', danger: true, run: () => onDelete(language) },
        !stored.includes(language) && form.values.open.length > 1 && { label: t('templates.drop_language'), icon: 'x', run: close },
      ]} />
    </header>
    <${LiquidField} form=${form} name=${`${language}.title`} label=${t('templates.title')} lang=${language} fault=${found.title} />
    <${LiquidField} form=${form} name=${`${language}.message`} label=${t('templates.message')} lang=${language} many fault=${found.message} hint=${t('templates.message_hint')} />`;
}

/** A language that nobody has written yet, and what to begin with. @param {{form: Form, language: string}} props */
function Unwritten({ form, language }) {
  const written = form.values.open.filter((/** @type {string} */ one) => !isBlank(form.values, one));
  const open = (/** @type {Record<string, any>} */ values) => {
    form.fill({ ...values, open: LANGUAGES.filter((one) => one === language || form.values.open.includes(one)) });
    requestAnimationFrame(() => document.getElementById(`field-${language}.title`)?.focus());
  };
  return html`<header class="tpl-column-head"><h2 id=${`language-${language}`} lang=${language}>${languageName(language)}</h2></header>
    <div class="tpl-unwritten">
      <${Icon} name="language" />
      <p class="muted">${t(language === 'en' ? 'templates.unwritten_en' : 'templates.unwritten')}</p>
      ${written.map((/** @type {string} */ from) => html`<${Button} key=${from} icon="copy" onClick=${() => open(copied(form, from, language))}>${t('templates.start_from', { language: languageName(from) })}<//>`)}
      <${Button} icon="pencil" onClick=${() => open({})}>${t('templates.write')}<//>
    </div>`;
}

const FIELDS = ['title', 'message', 'sms_params', 'wechat_data'];

/** @param {string} language @returns {Record<string, any>} */
function blank(language) {
  return Object.fromEntries(
    [...FIELDS, 'sms_template_code', 'wechat_template_id'].map((field) => [
      `${language}.${field}`,
      field.endsWith('params') || field.endsWith('data') ? [] : '',
    ]),
  );
}

/** The words of one language for another. Approved templates are each language's own. @param {Form} form @param {string} from @param {string} to */
function copied(form, from, to) {
  return Object.fromEntries(FIELDS.map((field) => [`${to}.${field}`, form.values[`${from}.${field}`]]));
}

/** @param {Form} form @param {string} from @param {string} to */
function copy(form, from, to) {
  const before = copied(form, to, to);
  form.fill(copied(form, from, to));
  toast(t('templates.copied', { language: languageName(from) }), { action: { label: t('action.undo'), run: () => form.fill(before) } });
}
