import { locale } from './i18n.js';

/** Sentences one after the other: with a space between them where the language has one. @param {...(string | false | null | undefined)} all */
export const sentences = (...all) => all.filter(Boolean).join(locale.value === 'en' ? ' ' : '');
