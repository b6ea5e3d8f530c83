// Which language, and how its messages are filled: without any screen.

/** @typedef {'en' | 'zh-HK' | 'zh-CN'} Locale */
/** @typedef {Record<string, string | {one: string, other: string}>} Messages */

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
