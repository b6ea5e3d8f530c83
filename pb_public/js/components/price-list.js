// What a part of an SMS costs, a row for each country and one for everywhere else.
import { countryName, countryOptions, ELSEWHERE } from '../data/countries.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { newPrice, numberOf } from '../lib/sms-settings.js';
import { Button, IconButton } from './button.js';
import { Field } from './field.js';
import { Icon } from './icon.js';

/** @typedef {import('../lib/sms-settings.js').Price} Price */

/** In the order in which rows are offered. */
const USUAL = ['HK', 'CN', ELSEWHERE];

/** @param {{form: import('../lib/form.js').Form, name: string}} props */
export function PriceList({ form, name }) {
  const prices = /** @type {Price[]} */ (form.values[name]);
  const options = [{ value: ELSEWHERE, label: t('settings.sms.elsewhere') }, ...countryOptions(intl())];
  const put = (/** @type {Price} */ price, /** @type {Partial<Price>} */ to) =>
    form.set(
      name,
      prices.map((one) => (one.id === price.id ? { ...one, ...to } : one)),
    );
  const add = () => {
    const free = [...USUAL, ...options.map((one) => one.value)].find((code) => !prices.some((one) => one.country === code));
    form.set(name, [...prices, newPrice(free ?? ELSEWHERE)]);
  };
  const drop = (/** @type {Price} */ price) =>
    form.set(
      name,
      prices.filter((one) => one.id !== price.id),
    );
  const wrong = form.errors[name] ? (prices.find((one) => !(numberOf(one.price) >= 0)) ?? prices[0]) : null;
  return html`<${Field} form=${form} name=${name} label=${t('settings.sms.prices')} hint=${t('settings.sms.prices_hint')} group>
    ${prices.map((price) => html`<${Row} key=${price.id} price=${price} options=${options} wrong=${price === wrong} put=${put} drop=${drop} />`)}
    <div><${Button} icon="plus" onClick=${add}>${t('settings.sms.price_add')}<//></div>
  <//>`;
}

/** @param {{price: Price, options: {value: string, label: string}[], wrong: boolean, put: (price: Price, to: Partial<Price>) => void, drop: (price: Price) => void}} props */
function Row({ price, options, wrong, put, drop }) {
  const named = options.find((one) => one.value === price.country)?.label ?? countryName(price.country, intl());
  const all = options.some((one) => one.value === price.country) ? options : [{ value: price.country, label: named }, ...options];
  return html`<div class="price-row">
    <div class="select">
      <select class="input" aria-label=${t('settings.sms.country')} value=${price.country} onChange=${(/** @type {any} */ e) => put(price, { country: e.target.value })}>
        ${all.map((one) => html`<option key=${one.value} value=${one.value} selected=${one.value === price.country}>${one.label}</option>`)}
      </select>
      <${Icon} name="chevron-down" />
    </div>
    <input class="input" type="text" inputmode="decimal" dir="ltr" maxlength="10" value=${price.price} aria-label=${t('settings.sms.price_in', { country: named })}
      aria-invalid=${wrong ? 'true' : null} onInput=${(/** @type {any} */ e) => put(price, { price: e.target.value })} />
    <${IconButton} icon="trash" label=${t('action.remove_one', { name: named })} onClick=${() => drop(price)} />
  </div>`;
}
