// Choices that are saved as they are made: a switch, one of a few. What is typed has a form of its own (form.js).
import { useReducer, useRef } from 'preact/hooks';
import { explain, sentence } from './errors.js';
import { has, t } from './i18n.js';
import { announce } from './state.js';

/** @typedef {Record<string, any>} Values */
/**
 * @typedef {object} Instant as much of a form as fields need
 * @property {Values} values
 * @property {Record<string, string>} errors
 * @property {boolean} busy
 * @property {boolean} saved whether the last choice has been saved, to be told beside the choices
 * @property {(name: string, value: any) => void} set
 * @property {(values: Values) => void} fill several choices that belong together
 */

/**
 * @typedef {object} State
 * @property {Values} ahead what was chosen since the server was last read
 * @property {Set<string>} kept of these, what the next drawing shows as stored
 * @property {Record<string, string>} errors
 * @property {number} waiting
 * @property {boolean} saved
 * @property {Promise<void>} turn
 * @property {Values} stored
 * @property {(changes: Values, all: Values) => Promise<any>} save
 * @property {() => void} redraw
 */

/**
 * Shows a choice at once, saves it, and takes it back where the server refuses it. Two choices are saved one after the other.
 * @param {Values} stored what the server has
 * @param {(changes: Values, all: Values) => Promise<any>} save
 * @returns {Instant}
 */
export function useInstant(stored, save) {
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const ref = useRef(/** @type {State | null} */ (null));
  ref.current ??= {
    ahead: {},
    kept: new Set(),
    errors: {},
    waiting: 0,
    saved: false,
    turn: Promise.resolve(),
    stored,
    save,
    redraw: () => redraw(0),
  };
  const state = ref.current;
  Object.assign(state, { stored, save });
  for (const name of state.kept) delete state.ahead[name];
  state.kept.clear();
  return {
    values: { ...stored, ...state.ahead },
    errors: { ...state.errors },
    busy: state.waiting > 0,
    saved: state.saved && state.waiting === 0,
    set: (name, value) => choose(state, { [name]: value }),
    fill: (values) => choose(state, values),
  };
}

/** @param {State} state @param {Values} changes */
function choose(state, changes) {
  Object.assign(state.ahead, changes);
  for (const name of Object.keys(changes)) {
    delete state.errors[name];
    state.kept.delete(name);
  }
  state.saved = false;
  state.waiting++;
  state.turn = state.turn.then(() => keep(state, changes));
  state.redraw();
}

/** @param {State} state @param {Values} changes */
async function keep(state, changes) {
  const still = () => Object.keys(changes).filter((name) => state.ahead[name] === changes[name]); // not chosen otherwise meanwhile
  try {
    await state.save(changes, { ...state.stored, ...state.ahead });
    state.saved = true;
    for (const name of still()) state.kept.add(name);
    announce(t('state.saved'));
  } catch (error) {
    const said = sentence(explain(error), t, has);
    for (const name of still()) {
      state.errors[name] = said;
      delete state.ahead[name];
    }
  }
  state.waiting--;
  state.redraw();
}
