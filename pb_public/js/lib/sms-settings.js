// The limits and prices of SMS, between the record and a form.

export const DAILY_DEFAULT = 20;
export const DAILY_MOST = 50; // what operators on the mainland let through
const PRICE_MOST = 1000;

let serial = 0;

/** The price of a part in one country, as it stands in the form; the id is of this screen only. @typedef {{id: string, country: string, price: string}} Price */

/** @param {string} country @param {string} [price] @returns {Price} */
export const newPrice = (country, price = '') => ({ id: `price${++serial}`, country, price });

/** @param {any} record of the settings */
export function formOf(record) {
  return {
    sms_daily_cap: String(record.sms_daily_cap || DAILY_DEFAULT),
    sms_monthly_cap: String(record.sms_monthly_cap || 0),
    sms_currency: record.sms_currency || 'HKD',
    sms_prices: Object.entries(record.sms_prices ?? {})
      .sort(([a], [b]) => Number(a === '*') - Number(b === '*')) // everywhere else comes last
      .map(([country, price]) => newPrice(country, String(price))),
  };
}

/** A number as people type it; NaN if it is none. @param {string} text */
export const numberOf = (text) => (text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.')));

/** @param {number} n @param {number} from @param {number} to */
const whole = (n, from, to) => Number.isInteger(n) && n >= from && n <= to;

/** What is wrong with a list of prices: a key of the words for it. @param {Price[]} prices */
export function priceFault(prices) {
  if (prices.some(({ price }) => !(numberOf(price) >= 0 && numberOf(price) <= PRICE_MOST))) return 'settings.sms.price_wrong';
  if (new Set(prices.map((one) => one.country)).size < prices.length) return 'settings.sms.price_twice';
  return '';
}

/** The keys of the words for what is wrong, by field. @param {Record<string, any>} values @returns {Record<string, string>} */
export function faultsOf({ sms_daily_cap, sms_monthly_cap, sms_currency, sms_prices }) {
  const faults = {
    sms_daily_cap: whole(numberOf(sms_daily_cap), 1, DAILY_MOST) ? '' : 'invalid.daily_cap',
    sms_monthly_cap: whole(numberOf(sms_monthly_cap), 0, Number.MAX_SAFE_INTEGER) ? '' : 'invalid.monthly_cap',
    sms_currency: /^[a-z]{3}$/i.test(sms_currency.trim()) ? '' : 'invalid.currency',
    sms_prices: priceFault(sms_prices),
  };
  return Object.fromEntries(Object.entries(faults).filter(([, key]) => key));
}

/** The values as they are stored. @param {Record<string, any>} values @returns {Record<string, any>} */
export function storedOf({ sms_daily_cap, sms_monthly_cap, sms_currency, sms_prices }) {
  return {
    sms_daily_cap: numberOf(sms_daily_cap),
    sms_monthly_cap: numberOf(sms_monthly_cap),
    sms_currency: sms_currency.trim().toUpperCase(),
    sms_prices: Object.fromEntries(sms_prices.map((/** @type {Price} */ one) => [one.country, numberOf(one.price)])),
  };
}

/** No more than what differs: what another administrator changes meanwhile stays. @param {Record<string, any>} values @param {Record<string, any>} initial */
export function changesOf(values, initial) {
  const before = storedOf(initial);
  return Object.fromEntries(
    Object.entries(storedOf(values)).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field])),
  );
}
