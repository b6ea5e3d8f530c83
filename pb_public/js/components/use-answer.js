// Asks the server again whenever the question changes, once things are quiet: what a form would lead to while one types.
import { useEffect, useReducer, useRef } from 'preact/hooks';
import { explain } from '../lib/errors.js';
import { later } from '../lib/later.js';
import { refusals } from '../lib/liquid.js';
import { epoch } from '../lib/state.js';

const PAUSE = 350;

/** @typedef {import('../lib/liquid.js').Refusal} Refusal */
/** @typedef {{data: any, answered: string | null, refused: Record<string, Refusal>, problem: import('../lib/errors.js').Problem | null}} Kept */
/** @typedef {(question: any, signal: AbortSignal) => Promise<any>} Load */
/**
 * @typedef {object} Answer
 * @property {any} data the last good answer, while another is awaited and after a refusal too
 * @property {boolean} stale the data answers an earlier question
 * @property {Record<string, Refusal>} refused what the server refuses of the question, by field
 * @property {import('../lib/errors.js').Problem | null} problem why there is no answer
 * @property {() => void} again
 */

/** @returns {Kept} */
const nothing = () => ({ data: undefined, answered: null, refused: {}, problem: null });

/**
 * @param {any} question null asks nothing; what is written alike is the same question
 * @param {Load} load
 * @returns {Answer}
 */
export function useAnswer(question, load) {
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const key = question === null ? null : JSON.stringify(question);
  const kept = useRef(nothing()).current;
  const latest = useRef({ key, load });
  latest.current = { key, load };
  const asking = useRef(/** @type {ReturnType<typeof asker> | null} */ (null));
  asking.current ??= asker(kept, latest, () => redraw(0));
  const { read, soon, stop } = asking.current;

  useEffect(() => {
    if (key === null) {
      stop();
      Object.assign(kept, nothing());
    } else if (kept.data === undefined) read();
    else soon();
  }, [key, epoch.value]);
  useEffect(() => stop, []);

  const { answered, refused, problem } = kept;
  return { data: key === null ? undefined : kept.data, stale: answered !== key, refused, problem, again: read };
}

/**
 * Asks the latest question, and drops the one before. @param {Kept} kept @param {{current: {key: string | null, load: Load}}} latest
 * @param {() => void} told
 */
function asker(kept, latest, told) {
  let abort = new AbortController();
  const read = async () => {
    abort.abort();
    const { signal } = (abort = new AbortController());
    const { key, load } = latest.current;
    if (key === null) return;
    /** @type {Partial<Kept>} */
    let news;
    try {
      news = { data: await load(JSON.parse(key), signal), answered: key, refused: {}, problem: null };
    } catch (error) {
      const refused = refusals(error);
      news = { refused, problem: Object.keys(refused).length > 0 ? null : explain(error) };
    }
    if (signal.aborted) return;
    Object.assign(kept, news);
    told();
  };
  const soon = later(read, PAUSE);
  const stop = () => {
    soon.cancel();
    abort.abort();
  };
  return { read, soon, stop };
}
