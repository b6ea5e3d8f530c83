/**
 * What the web app is given: which files of which package, and under which name. The versions are package.json's.
 *
 * @typedef {object} Library
 * @property {string} name the package's
 * @property {string} [folder] the folder's name before `@version`; the package's without its scope mark, unless told
 * @property {Record<string, string>} files file in the package → file in our folder; {} when only `makes` counts
 * @property {string[]} [licences] licence files, joined when there are several: `package/file`, or a file of ours for
 *   packages that ship none. LICENSE unless told
 * @property {(file: Buffer) => Promise<Buffer>} [through] what is done to its files on the way
 * @property {string[]} [makes] files below pb_public/ that are made out of the package
 */

import { latin } from './font.mjs';

/** @type {Library[]} shipped, in pb_public/vendor/ */
export const shipped = [
  { name: 'preact', files: { 'dist/preact.mjs': 'preact.js', 'hooks/dist/hooks.mjs': 'hooks.js' } },
  { name: '@preact/signals-core', files: { 'dist/signals-core.mjs': 'signals-core.js' } },
  { name: '@preact/signals', files: { 'dist/signals.mjs': 'signals.js' } },
  { name: 'htm', files: { 'dist/htm.mjs': 'htm.js' } },
  { name: 'preact-iso', files: { 'src/router.js': 'router.js', 'src/lazy.js': 'lazy.js' } },
  { name: 'pocketbase', files: { 'dist/pocketbase.es.js': 'pocketbase.es.js' }, licences: ['pocketbase/LICENSE.md'] },
  {
    name: '@event-calendar/build',
    files: {
      'dist/event-calendar.min.js': 'event-calendar.min.js',
      'dist/event-calendar.min.css': 'event-calendar.min.css',
    },
    licences: ['./licences/event-calendar-build.txt'],
  },
  {
    name: 'chart.js',
    files: { 'dist/chart.umd.min.js': 'chart.umd.min.js' },
    licences: ['chart.js/LICENSE.md', '@kurkle/color/LICENSE.md'],
  },
  {
    name: '@fontsource-variable/inter',
    folder: 'inter',
    files: { 'files/inter-latin-wght-normal.woff2': 'inter-latin.woff2' },
    through: latin,
  },
  { name: '@tabler/icons', folder: 'tabler-icons', files: {}, makes: ['img/icons.svg'] },
];

/** @type {Library[]} used by tests only, in webtest/vendor/ */
export const tested = [
  { name: 'axe-core', files: { 'axe.min.js': 'axe.min.js' }, licences: ['axe-core/LICENSE', 'axe-core/LICENSE-3RD-PARTY.txt'] },
];
