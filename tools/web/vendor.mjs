/**
 * Copies the pinned libraries out of node_modules, byte for byte but for the typeface, into pb_public/vendor/ and webtest/vendor/, with their
 * licences and a manifest of sums, and draws the icon sprite. `make vendor` runs it.
 *
 *   node tools/web/vendor.mjs            write, and remove what is no longer wanted
 *   node tools/web/vendor.mjs --check    write nothing, fail when what is there differs
 *   node tools/web/vendor.mjs --prune    print the icons of icons.txt that no file of the web app names
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { shipped, tested } from './libraries.mjs';
import { listed, sprite } from './sprite.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const modules = join(root, 'node_modules');
const SPRITE = 'img/icons.svg';

const icons = listed(readFileSync(join(here, 'icons.txt'), 'utf8'));
const sum = (/** @type {Buffer} */ data) => createHash('sha256').update(data).digest('hex');
const size = (/** @type {Buffer} */ data) => gzipSync(data, { level: 9 }).length;

if (process.argv.includes('--prune')) {
  for (const name of unused()) console.log(name);
} else {
  const made = { [SPRITE]: Buffer.from(sprite(icons, join(modules, '@tabler/icons'), about('@tabler/icons').version)) };
  const wanted = new Map([
    ...(await folder('pb_public/vendor', shipped, made)),
    ...(await folder('webtest/vendor', tested, {})),
    ...Object.entries(made).map(([name, data]) => /** @type {[string, Buffer]} */ ([join('pb_public', name), data])),
  ]);
  if (process.argv.includes('--check')) check(wanted);
  else write(wanted);
}

/** @param {string} name @returns {{ version: string, license: string }} */
function about(name) {
  return JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
}

/**
 * The files of one vendor folder, its manifest among them: path from the root → content.
 * @param {string} target
 * @param {import('./libraries.mjs').Library[]} libraries
 * @param {Record<string, Buffer>} made
 * @returns {Promise<Map<string, Buffer>>}
 */
async function folder(target, libraries, made) {
  const files = new Map();
  const manifest = [];
  for (const { name, folder = name.replace('@', '').replace('/', '-'), files: wanted, licences, through, makes = [] } of libraries) {
    const { version, license } = about(name);
    const inside = `${folder}@${version}`;
    const texts = licences ?? [`${name}/LICENSE`];
    const licenceFile = `${inside}/${texts.length === 1 && !texts[0].startsWith('./') ? basename(texts[0]) : 'LICENSE'}`;
    const entry = { name, version, licence: license, licence_file: licenceFile };
    files.set(join(target, licenceFile), licence(texts));
    for (const [from, to] of Object.entries(wanted)) {
      const original = readFileSync(join(modules, name, from));
      const data = through ? await through(original) : original;
      files.set(join(target, inside, to), data);
      manifest.push({ ...entry, file: `${inside}/${to}`, sha256: sum(data) });
    }
    if (makes.length > 0) {
      const sums = makes.map((file) => ({ file, sha256: sum(made[file]) }));
      manifest.push({ ...entry, file: licenceFile, sha256: sum(licence(texts)), makes: sums });
    }
  }
  files.set(join(target, 'manifest.json'), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return files;
}

/** @param {string[]} texts @returns {Buffer} one as it is, several under their names */
function licence(texts) {
  const read = (/** @type {string} */ name) => readFileSync(name.startsWith('./') ? join(here, name) : join(modules, name));
  if (texts.length === 1) return read(texts[0]);
  const rule = '-'.repeat(76);
  return Buffer.from(texts.map((name) => `${rule}\n${name}\n${rule}\n\n${read(name).toString().trim()}\n`).join('\n'));
}

/** What lies in the vendor folders. @returns {string[]} paths from the root */
function present() {
  return ['pb_public/vendor', 'webtest/vendor']
    .filter((target) => existsSync(join(root, target)))
    .flatMap((target) => readdirSync(join(root, target), { recursive: true, encoding: 'utf8' }).map((name) => join(target, name)))
    .filter((name) => statSync(join(root, name)).isFile());
}

/** @param {Map<string, Buffer>} wanted */
function write(wanted) {
  const stale = present().filter((name) => !wanted.has(name));
  for (const name of stale) {
    rmSync(join(root, name));
    for (let dir = dirname(name); readdirSync(join(root, dir)).length === 0; dir = dirname(dir))
      rmSync(join(root, dir), { recursive: true });
  }
  for (const [name, data] of wanted) {
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), data);
    if (!/LICENSE|manifest\.json$/.test(name)) console.log(`${String(size(data)).padStart(7)} B gzip  ${name}`);
  }
  for (const name of stale) console.log(`removed ${name}`);
  console.log(`${icons.length} icons`);
}

/** @param {Map<string, Buffer>} wanted */
function check(wanted) {
  const wrong = [...wanted].filter(([name, data]) => !existsSync(join(root, name)) || !data.equals(readFileSync(join(root, name))));
  const complaints = [
    ...wrong.map(([name]) => `${name} is not what the lock file and icons.txt give`),
    ...present()
      .filter((name) => !wanted.has(name))
      .map((name) => `${name} is not of any listed library`),
  ];
  if (complaints.length === 0) return;
  console.error(`${complaints.join('\n')}\nrun make vendor`);
  process.exitCode = 1;
}

/** @returns {string[]} listed icons whose name stands in quotes nowhere in the web app */
function unused() {
  const js = join(root, 'pb_public/js');
  const sources = readdirSync(js, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(js, name), 'utf8'))
    .join('\n');
  const quoted = new Set([...sources.matchAll(/['"`]([a-z0-9]+(?:-[a-z0-9]+)*)['"`]/g)].map((found) => found[1]));
  return icons.filter((name) => !quoted.has(name));
}
