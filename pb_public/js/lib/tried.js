// What is done without a form: by a switch, from a menu.
import { inSession } from './api.js';
import { explain, sentence } from './errors.js';
import { has, t } from './i18n.js';
import { toast } from './state.js';

/**
 * Does something, or tells in passing why the server refused it.
 * @param {() => Promise<any>} act
 * @returns {Promise<boolean>} whether it is done
 */
export async function tried(act) {
  try {
    await inSession(act);
    return true;
  } catch (error) {
    toast(sentence(explain(error), t, has), { bad: true });
    return false;
  }
}
