// The words of the screen in three languages. Each area of the app has its own file per language, fetched when a page of
// that area is opened; `core` holds what every page uses.
import { signal } from '@preact/signals';
import { format, intlLocale, pickLocale } from './words.js';

/** @typedef {import('./words.js').Locale} Locale */
/** @typedef {import('./words.js').Messages} Messages */

/** @type {readonly {code: Locale, name: string}[]} */
export const LOCALES = [
  { code: 'en', name: 'English' },
  { code: 'zh-HK', name: '繁體中文' },
  { code: 'zh-CN', name: '简体中文' },
];

/** What a language calls itself. @param {string} code */
export const languageName = (code) => LOCALES.find((one) => one.code === code)?.name ?? code;

/** The language on the screen. What reads it in a component is drawn anew when it changes. */
export const locale = signal(/** @type {Locale} */ (pickLocale([globalThis.document?.documentElement.lang])));

/** @type {Map<string, Promise<Messages>>} language/area → its words */
const fetched = new Map();
/** @type {Set<string>} */
const areas = new Set();
/** @type {Messages} */
let messages = {};

/** @param {Locale} code @param {string} area @returns {Promise<Messages>} */
function fetchWords(code, area) {
  const key = `${code}/${area}`;
  let words = fetched.get(key);
  if (!words) {
    words = import(new URL(`../i18n/${key}.js`, import.meta.url).href).then((module) => module.default);
    words.catch(() => fetched.delete(key));
    fetched.set(key, words);
  }
  return words;
}

/** Adds the words of an area. @param {string} area */
export async function loadWords(area) {
  const code = locale.peek();
  const words = await fetchWords(code, area);
  areas.add(area);
  if (code === locale.peek()) messages = { ...messages, ...words };
  else await useLocale(locale.peek());
}

/** Changes the language of the whole screen at once. @param {Locale} code */
export async function useLocale(code) {
  const all = await Promise.all([...areas].map((area) => fetchWords(code, area)));
  messages = Object.assign({}, ...all);
  document.documentElement.lang = code;
  locale.value = code;
}

/**
 * The words for a key in the reader's language.
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 */
export function t(key, params) {
  locale.value; // whoever asks is drawn anew when the language changes
  return messages[key] === undefined ? key : format(messages[key], params);
}

/** Whether there are words for a key. @param {string} key */
export function has(key) {
  return messages[key] !== undefined;
}

/** The locale for Intl. */
export function intl() {
  return intlLocale(locale.value, globalThis.navigator?.languages ?? []);
}

/** "A, B and C" in the reader's way. @param {string[]} items */
export function list(items) {
  return new Intl.ListFormat(intl(), { type: 'conjunction' }).format(items);
}

/** 12,345 in the reader's way. @param {number} n */
export function number(n) {
  return new Intl.NumberFormat(intl()).format(n);
}
