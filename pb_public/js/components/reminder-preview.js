// Asks the server what a reminder would send while it is being written: once a pause is made, the latest words only.
import { useEffect, useRef, useState } from 'preact/hooks';
import { previewReminder } from '../data/reminders.js';
import { explain, fieldSentence } from '../lib/errors.js';
import { has, locale, t } from '../lib/i18n.js';
import { inWords } from '../lib/reminder-form.js';
import { epoch } from '../lib/state.js';

const PAUSE = 350;

/**
 * @typedef {object} Shown
 * @property {any} preview the last answer
 * @property {Record<string, string>} wrong what the server cannot show, by field
 * @property {import('../lib/errors.js').Problem | null} problem why there is no newer answer
 * @property {boolean} busy a newer one is on its way
 */

/** The reader's words for a refusal, by its code. @param {string} code @param {Record<string, any>} params */
export function refusal(code, params) {
  const key =
    code === 'template' ? `reminders.invalid.template_${params.problem}${params.suggestion ? '_meant' : ''}` : `reminders.invalid.${code}`;
  return has(key) ? t(key, params) : null;
}

/**
 * @param {Record<string, any> | null} draft null asks for nothing
 * @param {string} [again] asks anew when it changes
 * @returns {Shown}
 */
export function useReminderPreview(draft, again = '') {
  const [shown, setShown] = useState(/** @type {Shown} */ ({ preview: null, wrong: {}, problem: null, busy: draft !== null }));
  const key = draft && JSON.stringify(draft);
  const first = useRef(true);
  useEffect(() => {
    if (!draft) return undefined;
    const abort = new AbortController();
    const read = async () => {
      setShown((now) => ({ ...now, busy: true }));
      try {
        const preview = await previewReminder(draft, abort.signal);
        if (!abort.signal.aborted) setShown({ preview, wrong: {}, problem: null, busy: false });
      } catch (error) {
        if (!abort.signal.aborted) setShown((now) => ({ ...now, ...failed(error), busy: false }));
      }
    };
    const timer = setTimeout(read, first.current ? 0 : PAUSE);
    first.current = false;
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, again, epoch.value, locale.value]);
  return shown;
}

/** @param {any} error @returns {{wrong: Record<string, string>, problem: Shown['problem']}} */
function failed(error) {
  const problem = explain(inWords(error, refusal));
  const wrong = Object.fromEntries(Object.entries(problem.fields).map(([field, one]) => [field, fieldSentence(one, t, has)]));
  return { wrong, problem: Object.keys(wrong).length > 0 ? null : problem };
}
