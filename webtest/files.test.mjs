import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = new URL('../pb_public/', import.meta.url).pathname;
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name) && !name.startsWith('vendor/'));
const read = (/** @type {string} */ name) => readFileSync(join(root, name), 'utf8');
const ours = files.filter((name) => /\.(js|css)$/.test(name));

test('vendored files are those of the manifest, with their licences', () => {
  const manifest = JSON.parse(read('vendor/manifest.json'));
  for (const entry of manifest) {
    const sum = createHash('sha256').update(readFileSync(join(root, 'vendor', entry.file))).digest('hex');
    assert.equal(sum, entry.sha256, entry.file);
    assert.ok(entry.licence && existsSync(join(root, 'vendor', entry.licence_file)), entry.name);
    assert.match(entry.file, new RegExp(`@${entry.version}/`));
  }
});

test('every icon that is asked for is in the sprite', () => {
  const sprite = read('img/icons.svg');
  for (const name of ours) {
    for (const [, icon] of read(name).matchAll(/\bicon(?:: |\()'([\w-]+)'/g)) assert.ok(sprite.includes(`id="${icon}"`), `${name}: ${icon}`);
  }
});

test('the page keeps to its policy: nothing inline, nothing from elsewhere', () => {
  const page = read('index.html');
  assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.match(address, /^\/(?!\/)/);
    assert.ok(existsSync(join(root, address)), address);
  }
  for (const name of ours) assert.doesNotMatch(read(name), /(?:from|import\(|url\()\s*['"](?:https?:)?\/\//, name);
});

test('every module that the first screen needs is preloaded', () => {
  const page = read('index.html');
  const needed = new Set();
  const follow = (/** @type {string} */ name) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const [, to] of read(name).matchAll(/^(?:import|export)[^'\n]*from '([^']+)'/gm)) follow(join(name, '..', to));
  };
  for (const entry of ['js/main.js', 'js/pages/home.js']) follow(entry);
  for (const name of needed) assert.ok(page.includes(`"/${name}"`), name);
});

test('every module that is imported exists, and only api.js knows PocketBase', () => {
  for (const name of ours.filter((n) => n.endsWith('.js'))) {
    for (const [, to] of read(name).matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
      assert.ok(existsSync(join(root, name, '..', to)), `${name} imports ${to}`);
      if (to.includes('/pocketbase@')) assert.equal(name, 'js/lib/api.js');
    }
  }
});

test('files stay short', () => {
  for (const name of ours) assert.ok(read(name).split('\n').length <= 350, name);
});
