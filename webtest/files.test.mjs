import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { code, exists, files, imports, isBare, modules, read, root, target } from '../tools/web/sources.mjs';
import { listed } from '../tools/web/sprite.mjs';

const above = fileURLToPath(new URL('../', import.meta.url));
const ours = files().filter((name) => /\.(js|css)$/.test(name) && !name.startsWith('vendor/'));
const page = read('index.html');
const scripts = [...page.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)].map(([, attributes, body]) => ({ attributes, body }));
const sum = (/** @type {string} */ path) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** @returns {Record<string, string>} bare name → address */
function importMap() {
  const found = scripts.find((script) => /type="importmap"/.test(script.attributes));
  return found ? JSON.parse(found.body).imports : {};
}

for (const folder of ['pb_public/vendor', 'webtest/vendor']) {
  test(`the files in ${folder} are those of its manifest, with their licences`, () => {
    const at = join(above, folder);
    const manifest = JSON.parse(readFileSync(join(at, 'manifest.json'), 'utf8'));
    const wanted = new Set(['manifest.json']);
    for (const entry of manifest) {
      wanted.add(entry.file).add(entry.licence_file);
      assert.equal(sum(join(at, entry.file)), entry.sha256, entry.file);
      assert.ok(entry.licence, entry.name);
      assert.match(readFileSync(join(at, entry.licence_file), 'utf8'), /Copyright/, entry.name);
      assert.ok(entry.file.split('/')[0].endsWith(`@${entry.version}`), entry.file);
      for (const made of entry.makes ?? []) assert.equal(sum(join(root, made.file)), made.sha256, `${made.file}: run make vendor`);
    }
    assert.deepEqual(files('', at), [...wanted].sort());
  });
}

test('the versions of the manifests are those of package.json', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(above, 'package.json'), 'utf8'));
  for (const folder of ['pb_public/vendor', 'webtest/vendor']) {
    for (const { name, version } of JSON.parse(readFileSync(join(above, folder, 'manifest.json'), 'utf8'))) {
      assert.equal(devDependencies[name], version, `${name}: run make vendor`);
    }
  }
});

test('every icon that is asked for is in the sprite', () => {
  const symbols = new Set([...read('img/icons.svg').matchAll(/<symbol id="([^"]+)"/g)].map((found) => found[1]));
  assert.deepEqual([...symbols], [...new Set(listed(readFileSync(join(above, 'tools/web/icons.txt'), 'utf8')))].sort());
  for (const name of modules()) for (const icon of icons(code(read(name)))) assert.ok(symbols.has(icon), `${name}: ${icon}`);
});

test('icons are found in every way of asking', () => {
  const asked = (/** @type {string} */ text) => icons(text).join(' ');
  assert.equal(asked('html`<${Button} icon="plus" label=${t("a")} />`'), 'plus');
  assert.equal(asked("const a = { icon: 'mail', label: 'x' };"), 'mail');
  assert.equal(asked('html`<${Icon} name="x" />`'), 'x');
  assert.equal(asked('html`<${Icon}\n class="big" name="check" />`'), 'check');
  assert.equal(asked("html`<${Icon} name=${open ? 'chevron-up' : 'chevron-down'} />`"), 'chevron-up chevron-down');
  assert.equal(asked("html`<${Button} icon=${kind === 'sms' ? 'message' : 'mail'} />`"), 'message mail');
  assert.equal(asked('html`<input name="email" /><${Icon} name=${icon} />`'), '');
});

test('the page keeps to its policy: nothing inline but data and one import map, every file its own', () => {
  const inline = scripts.filter((script) => !/\ssrc=/.test(script.attributes));
  for (const { attributes, body } of inline) {
    assert.match(attributes, /type="(?:importmap|application\/json)"/);
    JSON.parse(body);
  }
  assert.equal(inline.filter((script) => script.attributes.includes('importmap')).length, 1, 'one import map');
  assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=|javascript:/);
  for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.match(address, /^\/(?!\/)/);
    assert.ok(exists(address), address);
  }
});

test('nothing is asked of another host', () => {
  for (const name of ours)
    assert.doesNotMatch(code(read(name)), /(?:\bfrom|\bimport|import\(|url\(|fetch\()\s*['"`]?(?:https?:)?\/\//, name);
});

test('what is imported by a bare name is in the import map, and the map leads to files', () => {
  const map = importMap();
  const served = Object.entries(map);
  for (const [name, address] of served) {
    assert.match(address, /^\/vendor\/[^/]+@\d[^/]*\//, name);
    assert.ok(exists(address), `${name} leads to ${address}`);
  }
  const vendored = served.map(([, address]) => address.slice(1)).filter(exists);
  for (const name of [...modules(), ...vendored]) {
    for (const to of imports(read(name)).filter(isBare)) assert.ok(to in map, `${name} imports ${to}`);
  }
});

test('every module that is imported exists, and only api.js knows PocketBase', () => {
  for (const name of modules()) {
    for (const to of imports(read(name))) {
      if (!isBare(to)) assert.ok(exists(target(name, to)), `${name} imports ${to}`);
      if (/^pocketbase$|\/pocketbase@/.test(to)) assert.equal(name, 'js/lib/api.js');
    }
  }
});

test('vendored files that are named are there', () => {
  for (const name of [...ours, 'index.html', 'sw.js'].filter(exists)) {
    for (const [, address] of code(read(name)).matchAll(/[/'"](vendor\/[\w.-]+@[\w./-]+)/g))
      assert.ok(exists(address), `${name}: ${address}`);
  }
});

test('every route has its page', () => {
  for (const route of JSON.parse(read('routes.json'))) assert.ok(exists(`js/pages/${route.page}.js`), `${route.path}: ${route.page}`);
});

test('files stay short', () => {
  for (const name of ours) assert.ok(read(name).split('\n').length <= 350, name);
});

/**
 * The icons named in a module: icon="name", icon: 'name', <${Icon} name="name">, and both sides of a choice.
 * @param {string} text
 * @returns {string[]}
 */
function icons(text) {
  const plain = /\bicon="([\w-]+)"|<\$\{Icon\}[^>]*?\sname="([\w-]+)"/g;
  const chosen = /(?:\bicon(?::\s*|=\$\{)|<\$\{Icon\}[^>]*?\sname=\$\{)([^,}\n]*)/g;
  return [
    ...[...text.matchAll(plain)].map((found) => found[1] ?? found[2]),
    ...[...text.matchAll(chosen)].flatMap(([, value]) => [...value.matchAll(/(?:^|[?:|]\s*)'([\w-]+)'/g)].map((found) => found[1])),
  ];
}
