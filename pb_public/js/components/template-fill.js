// Fills the form of a reminder from a template. What was written by hand is asked for, and can be brought back.
import { useRef, useState } from 'preact/hooks';
import { previewReminder } from '../data/reminders.js';
import { explain, sentence } from '../lib/errors.js';
import { has, t } from '../lib/i18n.js';
import { toast } from '../lib/state.js';
import { confirm } from './dialog.js';

/**
 * @param {import('../lib/form.js').Form} form
 * @param {{id?: string, event: string}} of what the server needs to know which reminder it is
 * @returns {{busy: string, locale: string, pick: (template: any) => Promise<void>}} busy: the id of the template on its way; locale: of the words that stand there
 */
export function useTemplateFill(form, of) {
  const [busy, setBusy] = useState('');
  const [locale, setLocale] = useState('');
  const filled = useRef({ title: '', message: '' });

  /** @param {any} template */
  async function fill(template) {
    const { title, message, reminder_type, send_datetime } = form.values;
    setBusy(template.id);
    try {
      const words = await previewReminder({ ...of, send_datetime, template: template.id });
      filled.current = { title: words.title, message: words.message };
      form.fill({ ...filled.current, reminder_type: words.reminder_type });
      setLocale(template.locale);
      const undo = () => {
        form.fill({ title, message, reminder_type });
        setLocale('');
      };
      toast(t('reminders.filled', { title: template.title }), { action: { label: t('action.undo'), run: undo } });
    } catch (error) {
      toast(sentence(explain(error), t, has), { bad: true });
    } finally {
      setBusy('');
    }
  }

  return {
    busy,
    locale,
    pick: async (template) => {
      const { title, message } = form.values;
      const byHand = (title || message) && (title !== filled.current.title || message !== filled.current.message);
      const text = t('reminders.overwrite_text', { title: template.title });
      if (byHand && !(await confirm({ title: t('reminders.overwrite'), text, action: t('reminders.overwrite_yes'), icon: 'template' })))
        return;
      await fill(template);
    },
  };
}
