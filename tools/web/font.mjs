/**
 * Cuts a typeface down to what the web app sets with it: Latin letters, the marks around them, and the weights from
 * regular to bold. Chinese is set in the reader's own typefaces.
 */
import subset from 'subset-font';

const range = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join('');

/** Basic Latin, Latin-1, and the punctuation, arrows and signs of the words on the screen. */
export const LETTERS = `${range(0x20, 0x7e)}${range(0xa0, 0xff)}ıŒœ–—‘’‚“”„•…‹›€™−×·→←↑↓`;

/** Kerning, figures of equal width, and letters that are put together. */
const FEATURES = ['kern', 'tnum', 'ccmp', 'mark', 'mkmk'];

/** @param {Buffer} font WOFF2 with a wght axis @returns {Promise<Buffer>} */
export function latin(font) {
  return subset(font, LETTERS, { targetFormat: 'woff2', variationAxes: { wght: { min: 400, max: 700 } }, keepFeatures: FEATURES });
}
