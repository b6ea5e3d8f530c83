import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const BLANK = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />';

/**
 * The names of icons.txt, each on a line of its own.
 * @param {string} text
 */
export const listed = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'));

/**
 * One SVG with a symbol per icon, named as the icon. Throws when an icon is not in the package.
 * @param {string[]} names of the outline set; those on -filled are of the filled set
 * @param {string} folder that of @tabler/icons
 * @param {string} version
 */
export function sprite(names, folder, version) {
  const symbols = [...new Set(names)].sort().map((name) => symbol(name, join(folder, 'icons')));
  return [
    '<svg xmlns="http://www.w3.org/2000/svg">',
    `<!-- Tabler Icons ${version}, Paweł Kuna, MIT: /vendor/tabler-icons@${version}/LICENSE -->`,
    ...symbols,
    '</svg>\n',
  ].join('\n');
}

/** @param {string} name @param {string} icons */
function symbol(name, icons) {
  const outline = join(icons, 'outline', `${name}.svg`);
  const filled = join(icons, 'filled', `${name.replace(/-filled$/, '')}.svg`);
  const isFilled = !existsSync(outline) && name.endsWith('-filled') && existsSync(filled);
  if (!isFilled && !existsSync(outline)) throw new Error(`icons.txt lists ${name}, which @tabler/icons has not`);
  const source = readFileSync(isFilled ? filled : outline, 'utf8');
  const body = source.slice(source.indexOf('>', source.indexOf('<svg')) + 1, source.lastIndexOf('</svg>'));
  const shapes = body
    .replace(BLANK, '')
    .replace(/\s*\n\s*/g, '')
    .trim();
  const paint = isFilled ? ' fill="currentColor" stroke="none"' : '';
  return `<symbol id="${name}" viewBox="0 0 24 24"${paint}>${shapes}</symbol>`;
}
