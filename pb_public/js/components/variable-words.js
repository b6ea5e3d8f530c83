import { has, t } from '../lib/i18n.js';

/** What a variable of a template stands for, for its reader. @param {string} name */
export function variableWords(name) {
  const key = `reminders.var.${name}`;
  return has(key) ? t(key) : name;
}
