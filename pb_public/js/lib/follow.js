import { useLayoutEffect, useRef } from 'preact/hooks';

/**
 * Takes over what the server has now, as it writes it or as somebody else changed it; what is being typed stays.
 * @param {import('./form.js').Form} form
 * @param {string} version of the record, such as the time of its last change
 * @param {Record<string, any>} [initial] as the form has it
 * @returns {{current: Record<string, any>}} what the form began with: only what differs from it was changed here
 */
export function useFollow(form, version, initial = {}) {
  const base = useRef(initial);
  if (!form.dirty) base.current = initial;
  useLayoutEffect(() => {
    // Before anybody can type again: what is known of the form is as old as this picture.
    if (!form.dirty) form.reset();
  }, [version, form.dirty]);
  return base;
}
