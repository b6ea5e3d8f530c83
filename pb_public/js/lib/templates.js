// Templates, without any screen: a key has one record for each language that it is written in.

/** @typedef {'en' | 'zh-HK' | 'zh-CN'} Language */
/** @typedef {{id: string, name: string, text: string}} Pair a value of a provider's own template; the id is of this screen only */
/** @typedef {{key: string, type: string, texts: Partial<Record<Language, any>>, records: any[]}} Template */

/** @type {readonly Language[]} */
export const LANGUAGES = ['en', 'zh-HK', 'zh-CN'];

/** In the order in which an event needs them. */
export const REMINDER_TYPES = ['checklist', 'equipment', 'safety', 'code_of_conduct', 'customer_service', 'custom'];

const FIELDS = ['title', 'message', 'sms_template_code', 'sms_template_code_intl', 'sms_params', 'wechat_template_id', 'wechat_data'];
const PAIRS = ['sms_params', 'wechat_data'];

/** Records as templates, in the order in which they were made. @param {any[]} records @returns {Template[]} */
export function templatesOf(records) {
  /** @type {Map<string, Template>} */
  const found = new Map();
  for (const record of records) {
    /** @type {Template} */
    const one = found.get(record.key) ?? { key: record.key, type: record.reminder_type, texts: {}, records: [] };
    found.set(record.key, one);
    one.texts[/** @type {Language} */ (record.locale)] = record;
    one.records.push(record);
  }
  return [...found.values()];
}

/**
 * The text that a reader of a language gets: that language's, else the English one, else any. As the server does.
 * @param {Template | undefined} template @param {string} language
 */
export function textIn(template, language) {
  return template?.texts[/** @type {Language} */ (language)] ?? template?.texts.en ?? template?.records[0];
}

/** The steps that send a template. @param {Template | undefined} template @param {any[]} plans with their steps */
export function usesOf(template, plans) {
  const ids = (template?.records ?? []).map((r) => r.id);
  return plans.flatMap((plan) =>
    stepsIn(plan)
      .filter((s) => ids.includes(s.template))
      .map((step) => ({ plan, step })),
  );
}

/** @param {any} plan @returns {any[]} */
export function stepsIn(plan) {
  return plan?.expand?.reminder_plan_steps_via_plan ?? [];
}

let serial = 0;

/** @param {string} [name] @param {string} [text] @returns {Pair} */
export function newPair(name = '', text = '') {
  return { id: `pair${++serial}`, name, text };
}

/** A provider's values as rows. @param {any} stored an object of texts, or of WeChat's {value} @returns {Pair[]} */
export function pairsOf(stored) {
  return Object.entries(stored ?? {}).map(([name, value]) =>
    newPair(name, typeof value === 'string' ? value : String(/** @type {any} */ (value)?.value ?? '')),
  );
}

/** Rows as they are stored; null where nothing is left. @param {Pair[]} pairs */
export function storedPairs(pairs) {
  const named = pairs.filter((p) => p.name.trim()).map((p) => [p.name.trim(), p.text]);
  return named.length > 0 ? Object.fromEntries(named) : null;
}

/**
 * The values of a form that holds a template. `open` are the languages that are being written, `base` tells which state
 * of each record the form began with.
 * @param {Template | undefined} template @param {string} language the reader's
 * @returns {Record<string, any>}
 */
export function formValues(template, language) {
  /** @type {Record<string, any>} */
  const values = {
    key: template?.key ?? '',
    reminder_type: template?.type ?? 'checklist',
    named: !!template,
    open: LANGUAGES.filter((one) => (template ? template.texts[one] : one === language)),
    base: {},
  };
  for (const one of LANGUAGES) {
    const record = template?.texts[one];
    values.base[one] = record?.updated ?? '';
    for (const field of FIELDS) values[`${one}.${field}`] = PAIRS.includes(field) ? pairsOf(record?.[field]) : (record?.[field] ?? '');
  }
  return values;
}

/** What a form holds of a language, as it is stored. @param {Record<string, any>} values @param {string} language */
export function textOf(values, language) {
  /** @type {Record<string, any>} */
  const text = {};
  for (const field of FIELDS) {
    const value = values[`${language}.${field}`];
    text[field] = PAIRS.includes(field) ? storedPairs(value ?? []) : (value ?? '');
  }
  return text;
}

/** Whether nothing is written in a language. @param {Record<string, any>} values @param {string} language */
export function isBlank(values, language) {
  return Object.values(textOf(values, language)).every((value) => value === null || String(value).trim() === '');
}

/**
 * The languages whose text is not as it is stored. @param {Template | undefined} template @param {Record<string, any>} values
 * @returns {Language[]}
 */
export function changedIn(template, values) {
  return LANGUAGES.filter((one) => {
    const record = template?.texts[one];
    if (!record) return values.open.includes(one) && !isBlank(values, one);
    const text = textOf(values, one);
    return (
      record.reminder_type !== values.reminder_type ||
      FIELDS.some((f) => JSON.stringify(plain(record[f])) !== JSON.stringify(plain(text[f])))
    );
  });
}

/** Nothing is nothing, and a value is its text, however it is stored; names in order. @param {any} value */
function plain(value) {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value !== 'object') return value;
  return pairsOf(value)
    .map((p) => [p.name, p.text])
    .sort();
}

/** The languages that somebody else has saved since the form began with them. @param {Template | undefined} template @param {Record<string, any>} values */
export function outdatedIn(template, values) {
  return LANGUAGES.filter((one) => (template?.texts[one]?.updated ?? '') !== values.base[one]);
}

/**
 * What is to be written, one entry for each language that changed.
 * @param {Template | undefined} template @param {Record<string, any>} values
 * @returns {{language: Language, id: string, body: Record<string, any>}[]} without an id it is new
 */
export function writes(template, values) {
  return changedIn(template, values).map((language) => {
    const id = template?.texts[language]?.id ?? '';
    const body = { ...textOf(values, language), reminder_type: values.reminder_type };
    return { language, id, body: id ? body : { ...body, key: values.key, locale: language } };
  });
}

/** A key out of a title: small letters, digits and _; not one that is taken. @param {string} title @param {string[]} taken */
export function keyFrom(title, taken) {
  const words = title
    .replace(/\{\{.*?\}\}|\{%.*?%\}/g, ' ')
    .normalize('NFKD')
    .toLowerCase();
  const key = words
    .replace(/[\u0300-\u036f'’]/g, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60)
    .replace(/_+$/, '');
  if (!key || !taken.includes(key)) return key;
  let n = 2;
  while (taken.includes(`${key}_${n}`)) n++;
  return `${key}_${n}`;
}
