// The server's reasons in the reader's words. Whoever imports this needs the words of the area “deliveries”.
import { has, t } from './i18n.js';
import { sentences } from './sentences.js';

/**
 * A reason is a phrase that we know, behind it in brackets what the provider said; or only that.
 * @param {string} reason
 */
function parts(reason) {
  const [, phrase, theirs = ''] = /** @type {string[]} */ (/^(.*?)(?: \((.*)\))?$/s.exec(reason.trim()));
  return { phrase, theirs };
}

/** The name of a phrase among the words: “time passed” is time_passed. @param {string} phrase */
const named = (phrase) =>
  phrase
    .toLowerCase()
    .replace(/[^a-z]+/g, '_')
    .replace(/^_|_$/g, '');

/** The words of this kind for a reason; empty if there are none. @param {'reason' | 'fix' | 'mend'} kind @param {string} reason */
function words(kind, reason) {
  const key = `${kind}.${named(parts(reason).phrase)}`;
  return has(key) ? t(key) : '';
}

/**
 * @param {string} reason of the server's
 * @returns {{said: string, theirs: string}} said: in the reader's words, empty if there are none; theirs: the provider's own
 */
export function told(reason) {
  const said = words('reason', reason);
  return said ? { said, theirs: parts(reason).theirs } : { said: '', theirs: reason };
}

/** One sentence in the reader's words; a provider's where there are none. @param {string} reason */
export const reasonWords = (reason) => words('reason', reason) || reason;

/** What whoever wrote the reminder can do about it. @param {string} reason */
export const fixWords = (reason) => words('fix', reason);

/** What an administrator can do about it. @param {string} reason */
export const mendWords = (reason) => words('mend', reason);

/** The reason and what can be done about it, in one line. @param {string} reason */
export const reasonAndFix = (reason) => sentences(reasonWords(reason), fixWords(reason));

/** The language of a provider's words, for whoever reads aloud: they come in Chinese or English. @param {string} words */
export const languageOf = (words) => (/\p{Script=Han}/u.test(words) ? 'zh' : 'en');
