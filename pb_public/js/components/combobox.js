// A field that searches: one choice, by keyboard, mouse and touch (WAI-ARIA combobox with a list box).
import { useEffect, useRef, useState } from 'preact/hooks';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { later } from '../lib/later.js';
import { Field } from './field.js';
import { Icon } from './icon.js';

/**
 * @typedef {{value: string, label: string, note?: string}} Option
 * @typedef {object} Props
 * @property {import('../lib/form.js').Form} form
 * @property {string} name the value in the form: an id
 * @property {string} label
 * @property {any} [hint]
 * @property {boolean} [optional]
 * @property {string} [placeholder]
 * @property {(query: string) => Promise<Option[]>} search
 * @property {Option[]} [known] labels of what is chosen already
 * @property {(text: string) => Option} [create] offers to make what is not found; gives what stands for it
 * @property {string} [createLabel] with {name}
 * @property {(option: Option | null) => void} [onPick]
 */

/** @param {Props} props */
export function Combobox(props) {
  const { form, name, search, create, known = [] } = props;
  const chosen = /** @type {string} */ (form.values[name] ?? '');
  const labels = useRef(/** @type {Map<string, string>} */ (new Map())).current;
  for (const one of known) labels.set(one.value, one.label);
  const chosenLabel = labels.get(chosen) ?? '';

  const [text, setText] = useState(/** @type {string | null} */ (null)); // null: what is chosen stands in the box
  const [options, setOptions] = useState(/** @type {Option[] | null} */ (null));
  const [at, setAt] = useState(-1);
  const box = useRef(/** @type {HTMLInputElement | null} */ (null));
  const turn = useRef(0);
  const find = useRef(later(() => {}, 0));

  const ask = async (/** @type {string} */ query) => {
    const mine = ++turn.current;
    try {
      const found = await search(query.trim());
      if (mine !== turn.current) return;
      setOptions(found);
      setAt(found.length > 0 && query.trim() ? 0 : -1);
    } catch {
      if (mine === turn.current) setOptions([]);
    }
  };
  useEffect(
    () => () => {
      turn.current++;
      find.current.cancel();
    },
    [],
  );

  const open = options !== null;
  const shown = options ?? [];
  const typed = (text ?? '').trim();
  const offer = create && typed && !shown.some((o) => o.label.toLowerCase() === typed.toLowerCase());
  const count = shown.length + (offer ? 1 : 0);
  const id = `field-${name}`;
  // In a dialog the list may open below what is seen of it.
  useEffect(() => {
    if (open) document.getElementById(`${id}-list`)?.scrollIntoView({ block: 'nearest' });
  }, [open]);

  const close = () => {
    turn.current++;
    find.current.cancel();
    setOptions(null);
    setText(null);
    setAt(-1);
  };
  const pick = (/** @type {Option} */ option) => {
    labels.set(option.value, option.label);
    form.set(name, option.value);
    props.onPick?.(option);
    close();
    box.current?.focus();
  };
  const drop = () => {
    form.set(name, '');
    props.onPick?.(null);
  };
  const pickAt = (/** @type {number} */ i) => {
    if (i >= 0 && i < shown.length) pick(shown[i]);
    else if (offer && create) pick(create(typed));
  };
  const input = (/** @type {any} */ e) => {
    const query = e.target.value;
    setText(query);
    if (chosen) drop();
    find.current.cancel();
    find.current = later(() => ask(query), 120);
    find.current();
  };
  const key = (/** @type {KeyboardEvent} */ e) => {
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      if (!open) ask('');
      else if (count > 0) setAt((at + (e.key === 'ArrowDown' ? 1 : -1) + count) % count);
    } else if (e.key === 'Enter' && open && (at >= 0 || offer)) {
      e.preventDefault();
      pickAt(at >= 0 ? at : shown.length);
    } else if (e.key === 'Escape' && open) {
      e.preventDefault();
      e.stopPropagation();
      close();
    }
  };
  const left = () => {
    // What was typed in full and is known is meant; what is unknown is made, where that is offered.
    const exact = shown.find((o) => o.label.toLowerCase() === typed.toLowerCase());
    if (typed && exact) pick(exact);
    else if (offer && create && options !== null) pick(create(typed));
    else close();
  };

  const error = form.errors[name];
  return html`<${Field} form=${form} name=${name} label=${props.label} hint=${props.hint} optional=${props.optional}>
    <div class="combo" onFocusOut=${(/** @type {any} */ e) => {
      if (open && !e.currentTarget.contains(e.relatedTarget)) left();
    }}>
      <input ref=${box} id=${id} name=${name} class="input" role="combobox" type="text" autocomplete="off" aria-autocomplete="list" aria-expanded=${String(open)}
        aria-controls=${`${id}-list`} aria-activedescendant=${open && at >= 0 ? `${id}-${at}` : null} aria-invalid=${error ? 'true' : null}
        aria-describedby=${error ? `${id}-error` : props.hint ? `${id}-hint` : null} placeholder=${props.placeholder}
        value=${text ?? chosenLabel} onInput=${input} onKeyDown=${key} onClick=${() => {
          if (!open) ask('');
        }} />
      ${
        chosen &&
        props.optional &&
        html`<button type="button" class="combo-clear" aria-label=${t('action.remove_one', { name: chosenLabel })} onClick=${() => {
          drop();
          box.current?.focus();
        }}><${Icon} name="x" /></button>`
      }
      <ul class="options" id=${`${id}-list`} role="listbox" aria-label=${props.label} hidden=${!open}>
        ${shown.map(
          (
            o,
            i,
          ) => html`<li key=${o.value} id=${`${id}-${i}`} role="option" aria-selected=${String(i === at)} class=${i === at ? 'option at' : 'option'}
            onMouseDown=${(/** @type {Event} */ e) => e.preventDefault()} onClick=${() => pick(o)}>
          <span>${o.label}</span>${o.note && html`<span class="muted">${o.note}</span>`}
        </li>`,
        )}
        ${
          offer &&
          html`<li id=${`${id}-${shown.length}`} role="option" aria-selected=${String(at === shown.length)} class=${at === shown.length || shown.length === 0 ? 'option at' : 'option'}
            onMouseDown=${(/** @type {Event} */ e) => e.preventDefault()} onClick=${() => pickAt(shown.length)}>
          <span class="with-icon"><${Icon} name="plus" />${(props.createLabel ?? '{name}').replace('{name}', typed)}</span>
        </li>`
        }
        ${open && count === 0 && html`<li class="option none" role="option" aria-disabled="true" aria-selected="false">${t('state.nothing_found')}</li>`}
      </ul>
    </div>
  <//>`;
}
