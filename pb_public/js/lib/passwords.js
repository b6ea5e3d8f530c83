// How short a password may be.
import { t } from './i18n.js';

/** A person's, as the server sees it. */
export const SHORTEST = 8;

/** @param {string} password @param {string} name of its field @param {number} [shortest] @returns {Record<string, string>} */
export function checkPassword(password, name, shortest = SHORTEST) {
  return password.length > 0 && password.length < shortest ? { [name]: t('invalid.password_length', { n: shortest }) } : {};
}
