// The form of a template: its values, what keeps it from being saved, and what each language becomes.
import { previewTemplate, saveTemplate } from '../data/plans.js';
import { useForm } from '../lib/form.js';
import { locale, t } from '../lib/i18n.js';
import { go } from '../lib/router.js';
import { toast } from '../lib/state.js';
import { changedIn, formValues, isBlank, keyFrom, textOf } from '../lib/templates.js';
import { useAnswer } from './use-answer.js';

/** @typedef {import('../lib/templates.js').Template} Template */

/**
 * @param {object} o
 * @param {Template | undefined} o.template
 * @param {string[]} o.taken keys
 * @param {() => Promise<void>} o.refresh reads what was saved
 * @param {(language: string) => void} o.choose shows a language, where not all are on the screen
 */
export function useTemplateForm({ template, taken, refresh, choose }) {
  const show = (/** @type {Record<string, any>} */ errors) => {
    const place = Object.keys(errors).find((name) => name.includes('.'));
    if (place) choose(place.split('.')[0]);
  };
  return useForm({
    initial: formValues(template, locale.peek()),
    draft: `template/${template?.key ?? 'new'}`,
    check: (values) => {
      const errors = errorsOf(template, values);
      show(errors);
      return errors;
    },
    save: async (values) => {
      const key = values.named ? values.key : madeKey(values, taken);
      try {
        await saveTemplate(template, { ...values, key });
      } catch (error) {
        show(/** @type {any} */ (error)?.response?.data ?? {});
        throw error;
      }
      await refresh();
      return key;
    },
    saved: (key) => {
      toast(t('state.saved'));
      if (!template) go(`/templates/${key}`, { replace: true });
    },
  });
}

/** The key of a new template: of its English title, else of its type. @param {Record<string, any>} values @param {string[]} taken */
export function madeKey(values, taken) {
  const used = [...taken, 'new']; // which is the address of a new one
  return keyFrom(values['en.title'], used) || keyFrom(values.reminder_type, used);
}

/** @param {Template | undefined} template @param {import('../lib/form.js').Values} values */
function errorsOf(template, values) {
  /** @type {Record<string, string>} */
  const errors = {};
  for (const one of changedIn(template, values)) if (!values[`${one}.title`].trim()) errors[`${one}.title`] = t('invalid.required');
  if (!template && values.open.every((/** @type {string} */ one) => isBlank(values, one)))
    errors[`${values.open[0]}.title`] = t('invalid.required');
  if (values.named && !template && (!/^[a-z0-9_]+$/.test(values.key) || values.key === 'new')) errors.key = t('templates.key_wrong');
  return errors;
}

/** @param {Record<string, any>} values @param {string} language @param {string} event */
export function draftOf(values, language, event) {
  return { ...textOf(values, language), locale: language, reminder_type: values.reminder_type, event };
}

/** What each language becomes. @param {Record<string, any>} values @param {string} event @returns {Record<string, import('../components/use-answer.js').Answer>} */
export function useAnswers(values, event) {
  const question = (/** @type {string} */ one) => (values.open.includes(one) && !isBlank(values, one) ? draftOf(values, one, event) : null);
  const en = useAnswer(question('en'), previewTemplate);
  const hk = useAnswer(question('zh-HK'), previewTemplate);
  const cn = useAnswer(question('zh-CN'), previewTemplate);
  return { en, 'zh-HK': hk, 'zh-CN': cn };
}
