import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadWords, t } from '../pb_public/js/lib/i18n.js';
import { told } from '../pb_public/js/lib/reasons.js';
import { format, intlLocale, pickLocale } from '../pb_public/js/lib/words.js';
import { code, exists, files, modules, reached, read } from '../tools/web/sources.mjs';

/** @typedef {import('../pb_public/js/lib/words.js').Messages} Messages */
/** @typedef {Messages[string]} Message */

const LANGUAGES = ['en', 'zh-HK', 'zh-CN'];

/** @type {Record<string, Record<string, Messages>>} language → area → words */
const words = {};

const areaOf = (/** @type {string} */ file) => file.replace(/^.*\//, '').replace(/\.js$/, '');
const forms = (/** @type {Message} */ message) => (typeof message === 'string' ? [message] : Object.values(message));
const holes = (/** @type {string} */ text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
const all = (/** @type {string} */ language) => Object.assign({}, ...Object.values(words[language]));

for (const language of LANGUAGES) {
  words[language] = {};
  for (const file of exists(`js/i18n/${language}`) ? files(`js/i18n/${language}`) : []) {
    words[language][areaOf(file)] = (await import(`../pb_public/${file}`)).default;
  }
}

/** Every message: its language, area and key. @returns {{language: string, area: string, key: string, message: Message}[]} */
function messages() {
  return LANGUAGES.flatMap((language) =>
    Object.entries(words[language]).flatMap(([area, keys]) =>
      Object.entries(keys).map(([key, message]) => ({ language, area, key, message })),
    ),
  );
}

/** The keys that a module asks for by name. @param {string} name @returns {string[]} */
function asked(name) {
  return [...code(read(name)).matchAll(/\bt\(\s*'([\w.-]+)'\s*[,)]/g)].map((found) => found[1]);
}

test('the three languages have the same areas', () => {
  const areas = Object.keys(words.en);
  assert.ok(areas.includes('core'), 'no words at all');
  for (const language of LANGUAGES) assert.deepEqual(Object.keys(words[language]), areas, language);
});

test('the three languages have the same keys, in the same order', () => {
  for (const language of LANGUAGES) {
    for (const [area, keys] of Object.entries(words.en)) {
      assert.deepEqual(Object.keys(words[language][area] ?? {}), Object.keys(keys), `${language}/${area}`);
    }
  }
});

test('no key is in two areas', () => {
  for (const language of LANGUAGES) {
    /** @type {Map<string, string>} */
    const home = new Map();
    for (const [area, keys] of Object.entries(words[language])) {
      for (const key of Object.keys(keys)) {
        assert.ok(!home.has(key), `${language}: ${key} is in ${home.get(key)} and in ${area}`);
        home.set(key, area);
      }
    }
  }
});

test('a message is a text, or one text for one and another for more', () => {
  for (const { language, area, key, message } of messages()) {
    const where = `${language}/${area} ${key}`;
    if (typeof message !== 'string') assert.deepEqual(Object.keys(message).sort(), ['one', 'other'], where);
    for (const text of forms(message)) assert.ok(typeof text === 'string' && text.trim(), `${where} is empty`);
  }
});

test('a message has the same holes in every language', () => {
  for (const { language, area, key, message } of messages()) {
    const english = words.en[area]?.[key];
    if (english === undefined) continue; // another test says so
    const known = forms(english).flatMap(holes);
    for (const text of forms(message)) {
      const unknown = holes(text).filter((hole) => !known.includes(hole));
      assert.deepEqual(unknown, [], `${language}/${area} ${key}`);
      if (typeof english === 'string') assert.deepEqual(holes(text), holes(english), `${language}/${area} ${key}`);
    }
  }
});

test('Hong Kong and mainland readers get their own script', () => {
  const simplifiedOnly = /[们发邮录务户动连载该处为开关复个标题选项]/;
  const traditionalOnly = /[們發郵錄務戶動連載該處為開關復個標題選項]/;
  for (const { language, area, key, message } of messages()) {
    const wrong = { 'zh-HK': simplifiedOnly, 'zh-CN': traditionalOnly }[language];
    if (wrong) assert.doesNotMatch(forms(message).join(''), wrong, `${language}/${area} ${key}`);
  }
});

test('every key that a module asks for has words', () => {
  const known = Object.keys(all('en'));
  for (const name of modules()) {
    for (const key of asked(name)) assert.ok(known.includes(key), `${name}: ${key}`);
    for (const [, prefix] of code(read(name)).matchAll(/\bt\(\s*`([\w.-]+)\$\{/g)) {
      assert.ok(
        known.some((key) => key.startsWith(prefix)),
        `${name}: ${prefix}…`,
      );
    }
  }
});

test('a page has fetched the words that it asks for', () => {
  const routes = JSON.parse(read('routes.json')).map((/** @type {any} */ { page, area, words = [] }) => ({
    entry: `js/pages/${page}.js`,
    areas: [area, ...words],
  }));
  for (const { entry, areas } of [{ entry: 'js/main.js', areas: [] }, ...routes]) {
    const at = [...reached(entry)];
    const loaded = new Set(['core', ...areas]);
    for (const name of at) for (const [, other] of code(read(name)).matchAll(/\bloadWords\('([\w-]+)'\)/g)) loaded.add(other);
    const known = Object.assign({}, ...[...loaded].map((one) => words.en[one]));
    for (const name of at) for (const key of asked(name)) assert.ok(key in known, `${entry} has ${[...loaded]}; ${name} asks for ${key}`);
    if (at.includes('js/lib/reasons.js')) assert.ok(loaded.has('deliveries'), `${entry} tells reasons without words for them`);
  }
});

test('every reason that the planner and the notifiers give has words', async () => {
  await loadWords('deliveries');
  for (const file of ['../reminders/replan.go', '../notifiers/reasons.go']) {
    const source = readFileSync(new URL(file, import.meta.url), 'utf8');
    const reasons = [...source.matchAll(/Reason\w+\s*= "([^"]+)"/g)].map((m) => m[1]);
    assert.ok(reasons.length > 10, file);
    for (const reason of reasons) assert.notEqual(told(reason).said, '', `${file}: ${reason}`);
  }
});

test('a message is filled, and chosen by number', () => {
  assert.equal(format('Hello {name}', { name: 'Ada' }), 'Hello Ada');
  assert.equal(format('Hello {name}', {}), 'Hello {name}');
  assert.equal(format({ one: '{n} day', other: '{n} days' }, { n: 1 }), '1 day');
  assert.equal(format({ one: '{n} day', other: '{n} days' }, { n: 3 }), '3 days');
});

test('an unknown key shows itself, a known one its words', async () => {
  await loadWords('core');
  const [key, message] = Object.entries(words.en.core).find(([, one]) => typeof one === 'string') ?? [];
  assert.equal(t(String(key)), message);
  assert.equal(t('no.such.key'), 'no.such.key');
});

test('the first language wanted that we speak is taken', () => {
  const cases = [
    [['fr', 'de'], 'en'],
    [['zh-TW'], 'zh-HK'],
    [['zh-Hant-HK', 'en'], 'zh-HK'],
    [['zh-MO'], 'zh-HK'],
    [['zh'], 'zh-CN'],
    [['zh-Hans-CN'], 'zh-CN'],
    [['zh-SG'], 'zh-CN'],
    [['fr', 'en-US', 'zh-HK'], 'en'],
    [[null, undefined, '', 'zh-HK'], 'zh-HK'],
    [[], 'en'],
  ];
  for (const [wanted, expected] of /** @type {[string[], string][]} */ (cases)) assert.equal(pickLocale(wanted), expected, String(wanted));
});

test('English dates follow the reader’s own English', () => {
  assert.equal(intlLocale('en', ['fr-FR', 'en-US']), 'en-US');
  assert.equal(intlLocale('en', ['en']), 'en-GB');
  assert.equal(intlLocale('zh-HK', ['en-US']), 'zh-HK');
});
