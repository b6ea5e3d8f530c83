// Deleting a template, or one of its languages: not while a plan sends it.
import { useState } from 'preact/hooks';
import { deleteTexts, repointed } from '../data/plans.js';
import { html } from '../lib/html.js';
import { languageName, t } from '../lib/i18n.js';
import { go } from '../lib/router.js';
import { toast } from '../lib/state.js';
import { usesOf } from '../lib/templates.js';
import { tried } from '../lib/tried.js';
import { Button } from './button.js';
import { confirm, Dialog } from './dialog.js';
import { Uses } from './template-uses.js';

/** @typedef {import('../lib/templates.js').Template} Template */

/** @param {Parameters<typeof deleteTexts>} what @param {string} words @returns {Promise<boolean>} whether it is gone */
function gone(what, words) {
  return tried(async () => {
    await deleteTexts(...what);
    toast(words);
  });
}

/** @param {Template | undefined} template @param {any[]} plans @param {() => Promise<void>} refresh */
export function useTemplateDeletion(template, plans, refresh) {
  const [refused, setRefused] = useState(false);
  const uses = usesOf(template, plans);
  const dialog = refused && html`<${StillUsed} uses=${uses} onClose=${() => setRefused(false)} />`;
  const remove = async () => {
    if (!template) return;
    if (uses.length > 0) setRefused(true);
    else if (await askedFor(template)) go('/templates', { replace: true });
  };
  const removeText = async (/** @type {string} */ language) => {
    const record = template?.texts[/** @type {import('../lib/templates.js').Language} */ (language)];
    const other = template?.records.find((r) => r.id !== record?.id);
    if (record && other && (await textAskedFor(record, repointed(plans, record, other.id)))) await refresh();
  };
  return { remove, removeText, dialog };
}

/** @param {Template} template */
async function askedFor({ records }) {
  const question = { title: t('templates.delete_title'), text: t('templates.delete_text', { title: records[0].title }) };
  return (
    (await confirm({ ...question, action: t('action.delete'), icon: 'trash', danger: true })) && gone([records], t('templates.deleted'))
  );
}

/** @param {any} record @param {{step: any, to: string}[]} instead */
async function textAskedFor(record, instead) {
  const language = languageName(record.locale);
  const text = t(record.locale === 'en' ? 'templates.unwritten_en' : 'templates.unwritten');
  const question = { title: t('templates.delete_language_title', { language }), text };
  const yes = await confirm({ ...question, action: t('action.delete'), icon: 'trash', danger: true });
  return yes && gone([[record], instead], t('templates.language_deleted', { language }));
}

/** @param {{uses: {plan: any, step: any}[], onClose: () => void}} props */
function StillUsed({ uses, onClose }) {
  return html`<${Dialog} title=${t('templates.delete_used')} onClose=${onClose}>
    <div class="dialog-body"><p>${t('templates.delete_used_text')}</p><${Uses} uses=${uses} /></div>
    <footer class="dialog-foot"><${Button} first onClick=${onClose}>${t('action.close')}<//></footer>
  <//>`;
}
