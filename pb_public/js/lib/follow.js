import { useEffect } from 'preact/hooks';

/**
 * Takes over what the server has now, as it writes it or as somebody else changed it; what is being typed stays.
 * @param {import('./form.js').Form} form
 * @param {string} version of the record, such as the time of its last change
 */
export function useFollow(form, version) {
  useEffect(() => {
    if (!form.dirty) form.reset();
  }, [version, form.dirty]);
}
