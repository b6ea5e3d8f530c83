// Time zones as people look for them: by city, in their own language, by the clock's name or by its distance to UTC.
import { localZone, zoneName } from '../lib/dates.js';

/** @typedef {import('../components/combobox.js').Option} Option */

/** Where the reader's language stands in the rows below. @type {Record<string, number>} */
const COLUMN = { en: 0, 'zh-HK': 1, 'zh-CN': 2 };

/** Cities that the reader's language calls otherwise than the zone's name does, and what else they are looked for by. @type {Record<string, string[]>} */
const CITIES = {
  'Asia/Hong_Kong': ['Hong Kong', '香港', '香港', 'hk hkt kowloon 九龍 九龙'],
  'Asia/Shanghai': [
    'Beijing, Shanghai',
    '北京、上海',
    '北京、上海',
    'cn shenzhen guangzhou chengdu wuhan 深圳 廣州 广州 成都 武漢 武汉 中國 中国 cst',
  ],
  'Asia/Macau': ['Macau', '澳門', '澳门', 'macao'],
  'Asia/Taipei': ['Taipei', '台北', '台北', 'taiwan 台灣 台湾'],
  'Asia/Singapore': ['Singapore', '新加坡', '新加坡', 'sg'],
  'Asia/Kuala_Lumpur': ['Kuala Lumpur', '吉隆坡', '吉隆坡', 'malaysia 馬來西亞 马来西亚'],
  'Asia/Bangkok': ['Bangkok', '曼谷', '曼谷', 'thailand 泰國 泰国'],
  'Asia/Jakarta': ['Jakarta', '雅加達', '雅加达', 'indonesia 印尼'],
  'Asia/Manila': ['Manila', '馬尼拉', '马尼拉', 'philippines 菲律賓 菲律宾'],
  'Asia/Tokyo': ['Tokyo', '東京', '东京', 'japan osaka 日本 大阪'],
  'Asia/Seoul': ['Seoul', '首爾', '首尔', 'korea 韓國 韩国'],
  'Asia/Dubai': ['Dubai', '杜拜', '迪拜', 'uae 阿聯酋 阿联酋'],
  'Australia/Sydney': ['Sydney', '悉尼', '悉尼', ''],
  'Europe/London': ['London', '倫敦', '伦敦', 'uk'],
  'Europe/Paris': ['Paris', '巴黎', '巴黎', ''],
  'Europe/Berlin': ['Berlin', '柏林', '柏林', 'frankfurt munich'],
  'America/New_York': ['New York', '紐約', '纽约', 'boston'],
  'America/Los_Angeles': ['Los Angeles', '洛杉磯', '洛杉矶', 'san francisco'],
};

/** The city of a zone, as the reader calls it. @param {string} zone @param {string} language */
export function cityOf(zone, language) {
  const known = CITIES[zone]?.[COLUMN[language] ?? 0];
  return known ?? zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/** "Hong Kong Standard Time, GMT+8". @param {string} zone @param {string} intl */
export function clockOf(zone, intl) {
  const now = new Date();
  const offset =
    new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' })
      .formatToParts(now)
      .find((part) => part.type === 'timeZoneName')?.value ?? '';
  const name = zoneName(zone, now, intl);
  return name === offset ? name : `${name}${intl.startsWith('zh') ? '，' : ', '}${offset}`;
}

/** @type {Map<string, (Option & {words: string})[]>} by language */
const known = new Map();

/** All zones, those of the neighbourhood first. @param {string} language @param {string} intl */
function zones(language, intl) {
  let all = known.get(language);
  if (!all) {
    const near = [localZone(), ...Object.keys(CITIES)];
    all = [...new Set([...near, ...(Intl.supportedValuesOf?.('timeZone') ?? [])])].map((value) => {
      const option = { value, label: cityOf(value, language), note: clockOf(value, intl) };
      return {
        ...option,
        words: [value.replaceAll('_', ' '), value, option.label, option.note, ...(CITIES[value] ?? [])].join(' ').toLowerCase(),
      };
    });
    known.set(language, all);
  }
  return all;
}

const MOST = 40;

/** @param {string} query @param {string} language @param {string} intl @returns {Option[]} cities that begin so first */
export function findZones(query, language, intl) {
  const wanted = query.trim().toLowerCase();
  const found = zones(language, intl).filter((zone) => wanted.split(/\s+/).every((word) => zone.words.includes(word)));
  const first = found.filter((zone) => zone.label.toLowerCase().startsWith(wanted));
  return [...new Set([...first, ...found])].slice(0, MOST).map(({ value, label, note }) => ({ value, label, note }));
}
