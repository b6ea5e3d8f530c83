import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import en from '../pb_public/js/i18n/en.js';
import zhHK from '../pb_public/js/i18n/zh-HK.js';
import zhCN from '../pb_public/js/i18n/zh-CN.js';
import { format, intlLocale, pickLocale, t, useLocale } from '../pb_public/js/lib/i18n.js';

const js = new URL('../pb_public/js/', import.meta.url).pathname;
const languages = { en, 'zh-HK': zhHK, 'zh-CN': zhCN };
const forms = (message) => (typeof message === 'string' ? [message] : Object.values(message));
const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

test('the three languages have the same keys, in the same order', () => {
  for (const messages of [zhHK, zhCN]) assert.deepEqual(Object.keys(messages), Object.keys(en));
});

test('no message is empty, and a message has the same holes in every language', () => {
  for (const [code, messages] of Object.entries(languages)) {
    for (const [key, message] of Object.entries(messages)) {
      for (const text of forms(message)) {
        assert.ok(text.trim(), `${code} ${key} is empty`);
        const unknown = holes(text).filter((hole) => !forms(en[key]).some((one) => holes(one).includes(hole)));
        assert.deepEqual(unknown, [], `${code} ${key}`);
      }
      if (typeof en[key] === 'string') for (const text of forms(message)) assert.deepEqual(holes(text), holes(en[key]), `${code} ${key}`);
    }
  }
});

test('Hong Kong and mainland readers get their own script', () => {
  const simplifiedOnly = /[们发邮录务户动连载该处为开关复个标题选项]/;
  const traditionalOnly = /[們發郵錄務戶動連載該處為開關復個標題選項]/;
  for (const [key, text] of Object.entries(zhHK)) assert.doesNotMatch(forms(text).join(''), simplifiedOnly, `zh-HK ${key}`);
  for (const [key, text] of Object.entries(zhCN)) assert.doesNotMatch(forms(text).join(''), traditionalOnly, `zh-CN ${key}`);
});

test('every key that a module asks for has words', () => {
  for (const file of modules(js)) {
    if (file.includes('/i18n/')) continue;
    for (const [, key] of readFileSync(file, 'utf8').matchAll(/\bt\('([\w.]+)'[,)]/g)) assert.ok(key in en, `${file}: ${key}`);
  }
});

test('every reason that the planner gives has words', () => {
  const source = readFileSync(new URL('../reminders/replan.go', import.meta.url), 'utf8');
  const reasons = [...source.matchAll(/Reason\w+\s*= "([^"]+)"/g)].map((m) => m[1]);
  assert.ok(reasons.length > 10);
  for (const reason of reasons) assert.ok(`reason.${reason.toLowerCase().replace(/[^a-z]+/g, '_')}` in en, reason);
});

test('a message is filled, and chosen by number', () => {
  assert.equal(format('Hello {name}', { name: 'Ada' }), 'Hello Ada');
  assert.equal(format('Hello {name}', {}), 'Hello {name}');
  assert.equal(format({ one: '{n} day', other: '{n} days' }, { n: 1 }), '1 day');
  assert.equal(format({ one: '{n} day', other: '{n} days' }, { n: 3 }), '3 days');
});

test('an unknown key shows itself, a known one its words', async () => {
  await useLocale('zh-HK');
  assert.equal(t('nav.events'), '活動');
  assert.equal(t('no.such.key'), 'no.such.key');
});

test('the first language wanted that we speak is taken', () => {
  const cases = [
    [['fr', 'de'], 'en'], [['zh-TW'], 'zh-HK'], [['zh-Hant-HK', 'en'], 'zh-HK'], [['zh-MO'], 'zh-HK'], [['zh'], 'zh-CN'],
    [['zh-Hans-CN'], 'zh-CN'], [['zh-SG'], 'zh-CN'], [['fr', 'en-US', 'zh-HK'], 'en'], [[null, undefined, '', 'zh-HK'], 'zh-HK'], [[], 'en'],
  ];
  for (const [wanted, expected] of cases) assert.equal(pickLocale(wanted), expected, String(wanted));
});

test('English dates follow the reader’s own English', () => {
  assert.equal(intlLocale('en', ['fr-FR', 'en-US']), 'en-US');
  assert.equal(intlLocale('en', ['en']), 'en-GB');
  assert.equal(intlLocale('zh-HK', ['en-US']), 'zh-HK');
});

/** @param {string} dir @returns {string[]} */
function modules(dir) {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js')).map((name) => join(dir, name));
}
