import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countryName, countryOptions } from '../pb_public/js/data/countries.js';
import { money } from '../pb_public/js/lib/money.js';
import { changesOf, faultsOf, formOf, newPrice, numberOf, priceFault, storedOf } from '../pb_public/js/lib/sms-settings.js';
import { wechatLook } from '../pb_public/js/lib/wechat.js';

test('the settings of SMS come with their defaults, and go back as they were', () => {
  const fresh = formOf({ sms_daily_cap: 0, sms_monthly_cap: 0, sms_currency: '', sms_prices: null });
  assert.deepEqual([fresh.sms_daily_cap, fresh.sms_monthly_cap, fresh.sms_currency, fresh.sms_prices], ['20', '0', 'HKD', []]);
  const record = { sms_daily_cap: 5, sms_monthly_cap: 1000, sms_currency: 'CNY', sms_prices: { HK: 0.3, '*': 0.5 } };
  assert.deepEqual(storedOf(formOf(record)), record);
  assert.deepEqual(changesOf(formOf(record), formOf(record)), {}, 'what was not changed is not written');
  assert.deepEqual(changesOf({ ...formOf(record), sms_currency: ' usd ' }, formOf(record)), { sms_currency: 'USD' });
});

test('what is wrong is told before the server is asked', () => {
  const good = formOf({ sms_daily_cap: 50, sms_monthly_cap: 0, sms_currency: 'HKD', sms_prices: { CN: 0.045 } });
  const faults = (/** @type {Record<string, any>} */ change) => Object.keys(faultsOf({ ...good, ...change })).join();
  assert.equal(faults({}), '');
  for (const cap of ['', '0', '51', '1.5', 'many', '-3']) assert.equal(faults({ sms_daily_cap: cap }), 'sms_daily_cap', cap);
  for (const cap of ['', '-1', '0.5', 'none']) assert.equal(faults({ sms_monthly_cap: cap }), 'sms_monthly_cap', cap);
  for (const currency of ['', 'HK$', '港幣', 'HKDD']) assert.equal(faults({ sms_currency: currency }), 'sms_currency', currency);
  for (const price of ['', 'free', '-0.1', '1000.5']) assert.equal(faults({ sms_prices: [newPrice('HK', price)] }), 'sms_prices', price);
  assert.equal(priceFault([newPrice('HK', '0.3'), newPrice('HK', '0.4')]), 'settings.sms.price_twice');
  assert.equal(priceFault([newPrice('HK', '0'), newPrice('*', '1000')]), '');
});

test('a number may have a comma', () => {
  assert.equal(numberOf(' 0,045 '), 0.045);
  assert.ok(Number.isNaN(numberOf(' ')));
});

test('amounts are told in their currency; small ones keep their digits', () => {
  assert.match(money(36, 'HKD'), /HK\$36\.00/);
  assert.match(money(0.045, 'CNY'), /0\.045/);
  assert.match(money(1, 'XQX'), /XQX/);
  assert.equal(money(2, ''), '2', 'a currency that is none');
});

test('countries have names, the near ones first', () => {
  const all = countryOptions('en');
  assert.deepEqual(
    all.slice(0, 4).map((one) => one.value),
    ['CN', 'HK', 'MO', 'TW'],
  );
  assert.ok(all.length > 200 && all.every((one) => one.label && one.label !== one.value));
  assert.equal(new Set(all.map((one) => one.value)).size, all.length);
  assert.equal(countryName('not one', 'en'), 'not one');
});

test('an account stands as the server says, else it is not bound', () => {
  assert.deepEqual(wechatLook('unfollowed', 'people'), { tone: 'warn', icon: 'brand-wechat', key: 'people.wechat.unfollowed' });
  assert.equal(wechatLook('', 'profile').key, 'profile.wechat.none');
  assert.equal(wechatLook('toString', 'profile').key, 'profile.wechat.none');
});
