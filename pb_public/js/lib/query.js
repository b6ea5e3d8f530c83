// Reading from the server: at once from memory, then anew; live; and from this device when the server is out of reach.

import { useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { heardSince, onChange } from './api.js';
import { explain } from './errors.js';
import { keep, onForget, recall } from './kept.js';
import { later } from './later.js';
import { epoch, keptSince } from './state.js';

/** @typedef {import('./errors.js').Problem} Problem */
/**
 * @typedef {object} Query
 * @property {any} data undefined until the first answer; the last answer while a newer one is fetched
 * @property {Problem | null} problem why the last attempt failed
 * @property {boolean} loading
 * @property {() => void} reload
 * @property {(data: any) => void} set replaces the data on the screen, as after a change of one's own
 */

const MOST = 60;
const UNHURRIED = 3000; // ms: the rest of a first visit comes first, and a change that is heard of meanwhile makes it needless
/** @type {Map<string, any>} */
const memory = new Map();
onForget(() => memory.clear());

/** @param {string} key @param {any} data */
function store(key, data) {
  memory.delete(key);
  memory.set(key, data);
  if (memory.size > MOST) memory.delete(/** @type {string} */ (memory.keys().next().value));
}

/**
 * Reads and keeps reading. The key names what is read, with all that it depends on; null reads nothing yet.
 * @param {string | null} key
 * @param {(signal: AbortSignal) => Promise<any>} load
 * @param {{live?: string[], when?: (collection: string, action: string, record: any, data: any) => boolean, wait?: number, sticky?: boolean}} [o]
 *   live: collections whose changes make it read anew; when: whether this change matters; wait: how long it collects changes, ms;
 *   sticky: the answer to the last question stays until the next one's comes, as in a list that is narrowed
 * @returns {Query}
 */
export function useQuery(key, load, { live = [], when, wait = 250, sticky = false } = {}) {
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const state = useRef(
    /** @type {{key: string | null, data: any, problem: Problem | null, loading: boolean, began: number, abort: AbortController | null}} */ ({
      key: null,
      data: undefined,
      problem: null,
      loading: false,
      began: 0,
      abort: null,
    }),
  ).current;
  const latest = useRef({ load, when });
  latest.current = { load, when };

  if (state.key !== key) {
    state.key = key;
    if (key !== null && memory.has(key)) state.data = memory.get(key);
    else if (!sticky) state.data = undefined;
    state.loading = key !== null;
    state.problem = null;
  }

  const read = useRef(async () => {
    const asked = state.key;
    if (asked === null) return;
    state.abort?.abort();
    const abort = new AbortController();
    state.abort = abort;
    state.loading = true;
    state.began = performance.now();
    try {
      const data = await latest.current.load(abort.signal);
      if (abort.signal.aborted || state.key !== asked) return;
      Object.assign(state, { data, problem: null });
      store(asked, data);
      keptSince.value = null;
      keep(asked, data);
    } catch (error) {
      const problem = explain(error);
      if (problem.kind === 'aborted' || abort.signal.aborted || state.key !== asked) return;
      state.problem = problem;
      if (problem.kind === 'offline') await fromDevice(state, asked);
    }
    state.loading = false;
    redraw(0);
  }).current;

  // Before the picture: the question need not wait until the empty page is painted.
  useLayoutEffect(() => {
    read();
    return () => state.abort?.abort();
  }, [key]);

  const soon = useRef(later(read, wait)).current;
  useEffect(() => {
    if (live.length === 0) return undefined;
    const stop = onChange(live, (collection, action, record) => {
      if (latest.current.when?.(collection, action, record, state.data) === false) return;
      soon();
    });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let unhurried;
    const unheard = (/** @type {number} */ since) => {
      unhurried = setTimeout(() => since > state.began && read(), UNHURRIED);
    };
    let left = false;
    heardSince(live).then(
      (since) => !left && since > state.began && unheard(since),
      () => {}, // the connection tells of itself
    );
    return () => {
      left = true;
      stop();
      soon.cancel();
      clearTimeout(unhurried);
    };
  }, [live.join()]);

  const seen = useRef(epoch.peek());
  useSignalEffect(() => {
    if (epoch.value === seen.current) return;
    seen.current = epoch.value;
    read();
  });

  return {
    data: key === null ? undefined : state.data,
    problem: state.problem,
    loading: state.loading,
    reload: read,
    set: (data) => {
      state.data = data;
      if (state.key !== null) store(state.key, data);
      redraw(0);
    },
  };
}

/** @param {{key: string | null, data: any, problem: Problem | null}} state @param {string} asked */
async function fromDevice(state, asked) {
  const found = await recall(asked);
  if (!found || state.key !== asked) return;
  state.data = found.data;
  state.problem = null;
  keptSince.value = found.at;
}

/**
 * Hears of changes while the component is on the screen.
 * @param {string[]} collections
 * @param {(collection: string, action: string, record: any) => void} heard
 */
export function useChanges(collections, heard) {
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => onChange(collections, (...change) => latest.current(...change)), [collections.join()]);
}
