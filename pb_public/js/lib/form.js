// Forms: values, the errors at their fields, a draft that survives a reload, and one submission at a time.
import { useReducer, useRef } from 'preact/hooks';
import { inSession } from './api.js';
import { explain, fieldSentence, sentence } from './errors.js';
import { has, t } from './i18n.js';

/** @typedef {Record<string, any>} Values */
/**
 * @typedef {object} Form
 * @property {Values} values
 * @property {Record<string, string>} errors by field, in the reader's words
 * @property {string} general what belongs to no field
 * @property {boolean} busy
 * @property {boolean} dirty
 * @property {boolean} restored the values are a draft of before
 * @property {(name: string, value: any) => void} set
 * @property {(values: Values) => void} fill sets several at once
 * @property {() => void} reset back to the beginning, without the draft
 * @property {(errors: Record<string, string>, general?: string) => void} fail shows errors and puts the focus on the first
 * @property {(event?: Event) => Promise<void>} submit
 */

/** @param {string} name */
const place = (name) => `tminus.draft.${name}`;

/** @param {string | undefined} name @returns {Values | null} */
function readDraft(name) {
  if (!name) return null;
  try {
    return JSON.parse(sessionStorage.getItem(place(name)) ?? 'null');
  } catch {
    return null;
  }
}

/** @param {string | undefined} name @param {Values | null} values */
function writeDraft(name, values) {
  if (!name) return;
  try {
    if (values) sessionStorage.setItem(place(name), JSON.stringify(values));
    else sessionStorage.removeItem(place(name));
  } catch {
    // Without storage a reload loses what was typed, nothing else.
  }
}

/**
 * @param {object} o
 * @param {Values} o.initial
 * @param {string} [o.draft] the name under which what is typed survives a reload, until it is saved
 * @param {string[]} [o.required] fields that may not be empty
 * @param {(values: Values) => Record<string, string>} [o.check] further errors, before the server is asked
 * @param {(values: Values) => Promise<any>} o.save throws what the server refused
 * @param {(result: any) => void} [o.saved]
 * @param {Record<string, string>} [o.fields] the server's field → ours, where they differ
 * @returns {Form}
 */
export function useForm(o) {
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const latest = useRef(o);
  latest.current = o;
  /** @type {{current: any}} */
  const ref = useRef(null);
  if (!ref.current) {
    const draft = readDraft(o.draft);
    ref.current = {
      values: { ...o.initial, ...draft },
      errors: {},
      general: '',
      busy: false,
      dirty: draft !== null,
      restored: draft !== null,
    };
  }
  const state = ref.current;

  /** @param {Values} values */
  function fill(values) {
    state.values = { ...state.values, ...values };
    state.dirty = true;
    for (const name of Object.keys(values)) delete state.errors[name];
    writeDraft(latest.current.draft, state.values);
    redraw(0);
  }

  /** @param {Record<string, string>} errors @param {string} [general] */
  function fail(errors, general = '') {
    Object.assign(state, { errors, general, busy: false });
    redraw(0);
    focusFirstError();
  }

  /** @param {Event} [event] */
  async function submit(event) {
    event?.preventDefault();
    if (state.busy) return;
    const { required = [], check, save, saved, fields = {}, draft } = latest.current;
    const errors = { ...lacking(required, state.values), ...check?.(state.values) };
    if (Object.keys(errors).length > 0) {
      fail(errors);
      return;
    }
    Object.assign(state, { errors: {}, general: '', busy: true });
    redraw(0);
    try {
      const result = await inSession(() => save(state.values));
      Object.assign(state, { busy: false, dirty: false, restored: false });
      writeDraft(draft, null);
      redraw(0);
      saved?.(result);
    } catch (error) {
      const problem = explain(error);
      const named = Object.entries(problem.fields).map(([name, one]) => [fields[name] ?? name, fieldSentence(one, t, has)]);
      const shown = named.filter(([name]) => document.querySelector(`[name="${name}"], [data-field="${name}"]`));
      const general = problem.kind === 'signed_out' ? t('session.unsaved') : sentence(problem, t, has);
      fail(Object.fromEntries(named), shown.length > 0 ? '' : general);
    }
  }

  return {
    ...state,
    set: (name, value) => fill({ [name]: value }),
    fill,
    fail,
    submit,
    reset: () => {
      writeDraft(latest.current.draft, null);
      Object.assign(state, { values: { ...latest.current.initial }, errors: {}, general: '', dirty: false, restored: false });
      redraw(0);
    },
  };
}

/** @param {string[]} required @param {Values} values @returns {Record<string, string>} */
function lacking(required, values) {
  /** @type {Record<string, string>} */
  const errors = {};
  for (const name of required) {
    const value = values[name];
    if (value === '' || value == null || (Array.isArray(value) && value.length === 0) || (typeof value === 'string' && !value.trim())) {
      errors[name] = t('invalid.required');
    }
  }
  return errors;
}

/** Puts the focus on the first field that has an error, once it is drawn. */
function focusFirstError() {
  const focus = () => /** @type {HTMLElement | null} */ (document.querySelector('[aria-invalid="true"]'))?.focus();
  requestAnimationFrame(() => requestAnimationFrame(focus));
}
