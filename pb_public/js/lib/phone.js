// Telephone numbers as people read them.

/** The groups in which numbers are read out, by country code. @type {[string, number[]][]} */
const GROUPS = [
  ['+852', [4, 4]],
  ['+853', [4, 4]],
  ['+86', [3, 4, 4]],
  ['+886', [3, 3, 3]],
  ['+65', [4, 4]],
  ['+1', [3, 3, 4]],
];

/** "+852 5550 0201". @param {string} number in E.164 */
export function readable(number) {
  for (const [code, groups] of GROUPS) {
    const rest = number.startsWith(code) ? number.slice(code.length) : '';
    if (rest.length !== groups.reduce((sum, n) => sum + n, 0)) continue;
    let at = 0;
    return [code, ...groups.map((n) => rest.slice(at, (at += n)))].join('\u00a0');
  }
  return number;
}
