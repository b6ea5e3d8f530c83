// The words of the screen in three languages, each in its own file, fetched when needed.

/** @typedef {'en' | 'zh-HK' | 'zh-CN'} Locale */
/** @typedef {Record<string, string | {one: string, other: string}>} Messages */

/** @type {readonly {code: Locale, name: string}[]} */
export const LOCALES = [
  { code: 'en', name: 'English' },
  { code: 'zh-HK', name: '繁體中文' },
  { code: 'zh-CN', name: '简体中文' },
];

/** @type {Record<Locale, () => Promise<{default: Messages}>>} */
const loaders = {
  en: () => import('../i18n/en.js'),
  'zh-HK': () => import('../i18n/zh-HK.js'),
  'zh-CN': () => import('../i18n/zh-CN.js'),
};

/** @type {Locale} */
let current = 'en';
/** @type {Messages} */
let messages = {};

/**
 * The first language wanted that we speak. Traditional script goes to zh-HK, other Chinese to zh-CN.
 * @param {readonly (string | null | undefined)[]} wanted
 * @returns {Locale}
 */
export function pickLocale(wanted) {
  for (const tag of wanted) {
    const w = (tag ?? '').toLowerCase();
    if (/^zh-(hk|tw|mo|hant)/.test(w)) return 'zh-HK';
    if (/^zh/.test(w)) return 'zh-CN';
    if (/^en/.test(w)) return 'en';
  }
  return 'en';
}

/**
 * The locale that dates are written in: the reader's own English, 24 hours in all.
 * @param {Locale} locale
 * @param {readonly string[]} browser
 */
export function intlLocale(locale, browser) {
  if (locale !== 'en') return locale;
  return browser.find((tag) => /^en-[a-z]{2}$/i.test(tag)) ?? 'en-GB';
}

/**
 * Fills {name} from params; a message in two numbers is chosen by params.n.
 * @param {string | {one: string, other: string} | undefined} message
 * @param {Record<string, string | number>} [params]
 */
export function format(message, params = {}) {
  if (message === undefined) return '';
  const text = typeof message === 'string' ? message : params.n === 1 ? message.one : message.other;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in params ? String(params[name]) : all));
}

/** @param {Locale} code */
export async function useLocale(code) {
  messages = (await loaders[code]()).default;
  current = code;
}

/**
 * The words for a key in the reader's language.
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 */
export function t(key, params) {
  return messages[key] === undefined ? key : format(messages[key], params);
}

/** Whether there are words for a key. @param {string} key */
export function has(key) {
  return messages[key] !== undefined;
}

/** @returns {Locale} */
export function locale() {
  return current;
}

/** The locale for Intl. */
export function intl() {
  return intlLocale(current, globalThis.navigator?.languages ?? []);
}

/** "A, B and C" in the reader's way. @param {string[]} items */
export function list(items) {
  return new Intl.ListFormat(intl(), { type: 'conjunction' }).format(items);
}
