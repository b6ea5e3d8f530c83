// Templates that fill the form: the three of every day at hand, all of them in a dialog.
import { useState } from 'preact/hooks';
import { html } from '../lib/html.js';
import { LOCALES, locale, t } from '../lib/i18n.js';
import { byType, inLanguage, plain, quick } from '../lib/reminder-form.js';
import { typeIcon } from '../lib/status.js';
import { Button, Choice } from './button.js';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';
import { variableWords } from './variable-words.js';

/** @param {{templates: any[], busy: string, pick: (template: any) => void}} props busy: the id of the one that is being filled in */
export function TemplatePicker({ templates, busy, pick }) {
  const [open, setOpen] = useState(false);
  if (templates.length === 0) return null;
  const chosen = (/** @type {any} */ one) => {
    setOpen(false);
    pick(one);
  };
  const atHand = quick(inLanguage(templates, locale.value));
  return html`<div class="field" role="group" aria-labelledby="templates-label">
    <span class="label" id="templates-label">${t('reminders.from_template')}</span>
    <div class="rem-template-row">
      ${atHand.map((one) => html`<${Quick} key=${one.id} template=${one} busy=${busy} pick=${pick} />`)}
      <${Button} icon="template" onClick=${() => setOpen(true)}>${t('reminders.all_templates')}<//>
    </div>
    ${open && html`<${AllTemplates} templates=${templates} pick=${chosen} close=${() => setOpen(false)} />`}
  </div>`;
}

/** @param {{template: any, busy: string, pick: (template: any) => void}} props */
function Quick({ template, busy, pick }) {
  const mine = busy === template.id;
  return html`<button type="button" class="rem-template-quick" aria-disabled=${busy ? 'true' : null} onClick=${busy ? null : () => pick(template)}>
    <${Icon} name=${mine ? 'loader-2' : typeIcon(template.reminder_type)} spin=${mine} /><span>${template.title}</span>
  </button>`;
}

/** @param {{templates: any[], pick: (template: any) => void, close: () => void}} props */
function AllTemplates({ templates, pick, close }) {
  const [language, setLanguage] = useState(/** @type {string} */ (locale.value));
  const shown = byType(inLanguage(templates, language));
  return html`<${Dialog} wide title=${t('reminders.all_templates')} onClose=${close}>
    <div class="dialog-body rem-template-list">
      <${Choice} label=${t('nav.language')} value=${language} onChange=${setLanguage} options=${LOCALES.map((one) => ({ value: one.code, label: one.name }))} />
      ${shown.map((group) => html`<${Group} key=${group.type} group=${group} pick=${pick} />`)}
    </div>
  <//>`;
}

/** @param {{group: {type: string, templates: any[]}, pick: (template: any) => void}} props */
function Group({ group, pick }) {
  const id = `group-${group.type}`;
  return html`<section aria-labelledby=${id}>
    <h3 id=${id}><${Icon} name=${typeIcon(group.type)} />${t(`reminder.${group.type}`)}</h3>
    <ul>${group.templates.map((one) => html`<li key=${one.id}><${Item} template=${one} pick=${pick} /></li>`)}</ul>
  </section>`;
}

/** @param {{template: any, pick: (template: any) => void}} props */
function Item({ template, pick }) {
  return html`<button type="button" class="rem-template-item" lang=${template.locale} onClick=${() => pick(template)}>
    <span class="strong">${template.title}</span>
    <span class="rem-template-words" dir="auto">${plain(template.message, variableWords)}</span>
  </button>`;
}
