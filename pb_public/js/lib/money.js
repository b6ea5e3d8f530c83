// Amounts in a currency, as the reader writes them.
import { intl } from './i18n.js';

/**
 * "HK$36.00". A part of an SMS costs less than the smallest coin in many countries: small amounts keep their digits.
 * @param {number} amount @param {string} currency ISO 4217
 */
export function money(amount, currency) {
  const digits = amount !== 0 && Math.abs(amount) < 1 ? { maximumFractionDigits: 4 } : {};
  try {
    return new Intl.NumberFormat(intl(), { style: 'currency', currency, ...digits }).format(amount);
  } catch {
    return `${currency} ${amount}`.trim(); // three letters that no currency can have
  }
}
