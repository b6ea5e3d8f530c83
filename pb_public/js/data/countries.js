// The countries that have phone numbers, by their ISO 3166 codes, as the server's library of numbers knows them.
const CODES =
  'AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'.split(
    ' ',
  );

/** These come first: most numbers are of one of them. */
const NEAR = ['CN', 'HK', 'MO', 'TW'];

/** Every country that has no price of its own. */
export const ELSEWHERE = '*';

/** @param {string} code @param {string} intl */
export function countryName(code, intl) {
  try {
    return new Intl.DisplayNames([intl], { type: 'region' }).of(code) ?? code;
  } catch {
    return code; // what somebody wrote by hand may be no code
  }
}

/** As a choice: those near first, then by name. @param {string} intl @returns {{value: string, label: string}[]} */
export function countryOptions(intl) {
  const option = (/** @type {string} */ value) => ({ value, label: countryName(value, intl) });
  const far = CODES.filter((code) => !NEAR.includes(code)).map(option);
  return [...NEAR.map(option), ...far.sort((a, b) => a.label.localeCompare(b.label, intl))];
}
