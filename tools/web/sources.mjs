// Reads the web app's modules as text, for the tests that hold them together.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../pb_public/', import.meta.url));

/** @param {string} name from pb_public/ */
export const read = (name) => readFileSync(join(root, name), 'utf8');

/** @param {string} name from pb_public/ */
export const exists = (name) => existsSync(join(root, name));

/**
 * Every file below a folder of pb_public/, or of another root.
 * @param {string} [folder]
 * @param {string} [from]
 * @returns {string[]} sorted, from `from`
 */
export function files(folder = '', from = root) {
  return readdirSync(join(from, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((name) => statSync(join(from, name)).isFile())
    .sort();
}

/** The app's own modules: js/ and the service worker. */
export function modules() {
  return files().filter((name) => name.endsWith('.js') && !name.startsWith('vendor/'));
}

/** A module's text without doc comments, whose import('…') are types, and without comment lines. @param {string} text */
export const code = (text) => text.replace(/\/\*\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** What a module imports by a name that stands in it, now or later. @param {string} text @returns {string[]} */
export function imports(text) {
  return [...code(text).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(['"])([\w@./-]+)\1/g)].map((found) => found[2]);
}

/** @param {string} specifier */
export const isBare = (specifier) => !/^\.{0,2}\//.test(specifier);

/** Where an import leads, from pb_public/. @param {string} name the module's @param {string} to relative, or from the root */
export const target = (name, to) => (to.startsWith('/') ? to.slice(1) : posix.join(posix.dirname(name), to));

/** A module and all that it imports of ours. @param {string} name @returns {Set<string>} */
export function reached(name) {
  const seen = new Set();
  const follow = (/** @type {string} */ one) => {
    if (seen.has(one) || !exists(one)) return;
    seen.add(one);
    for (const to of imports(read(one))) if (!isBare(to) && !to.startsWith('/vendor/')) follow(target(one, to));
  };
  follow(name);
  return seen;
}
