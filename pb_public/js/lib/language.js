// Which language the reader gets: the one chosen here, else the profile's, else the browser's.
import { locale, useLocale } from './i18n.js';
import * as prefs from './prefs.js';
import { user } from './state.js';
import { pickLocale } from './words.js';

/** @param {import('./words.js').Locale} code */
export function chooseLanguage(code) {
  prefs.set('language', code);
  return useLocale(code);
}

/** After the person or the profile has changed. */
export async function followLanguage() {
  const profile = user.peek()?.locale || null;
  if (profile) prefs.set('profile-language', profile);
  const wanted = pickLocale([prefs.get('language'), profile ?? prefs.get('profile-language'), ...navigator.languages]);
  if (wanted !== locale.peek()) await useLocale(wanted);
}
