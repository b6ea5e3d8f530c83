// What went wrong, told apart by what the reader can do about it.

/**
 * @typedef {'aborted' | 'offline' | 'signed_out' | 'forbidden' | 'missing' | 'busy' | 'invalid' | 'server'} Kind
 * @typedef {{kind: Kind, message: string, fields: Record<string, {code: string, message: string}>, wait?: number}} Problem wait: seconds
 */

/**
 * Reads an error of the PocketBase client.
 * @param {any} error
 * @returns {Problem}
 */
export function explain(error) {
  const status = Number(error?.status ?? 0);
  const response = error?.response ?? {};
  /** @type {Problem['fields']} */
  const fields = {};
  let wait = 0;
  for (const [name, value] of Object.entries(response.data ?? {})) {
    const v = /** @type {any} */ (value);
    if (status === 429 && name === 'retry_after') wait = Number(v?.params?.seconds ?? 0);
    else if (v && typeof v === 'object' && (v.code || v.message))
      fields[name] = { code: String(v.code ?? ''), message: String(v.message ?? '') };
  }
  return { kind: kindOf(error, status), message: String(response.message ?? ''), fields, ...(wait > 0 && { wait }) };
}

/** @param {any} error @param {number} status @returns {Kind} */
function kindOf(error, status) {
  if (error?.isAbort) return 'aborted';
  if (status === 0) return 'offline';
  if (status === 401) return 'signed_out';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'missing';
  if (status === 429) return 'busy';
  if (status >= 400 && status < 500) return 'invalid';
  return 'server';
}

/**
 * One sentence: our words where we have them, else the server's for its field, else by kind.
 * @param {Problem} problem
 * @param {(key: string, params?: Record<string, string | number>) => string} t
 * @param {(key: string) => boolean} has
 */
export function sentence(problem, t, has) {
  if (problem.kind === 'invalid') {
    for (const field of Object.values(problem.fields)) return fieldSentence(field, t, has);
    if (problem.message) return problem.message;
  }
  if (problem.kind === 'busy' && problem.wait)
    return problem.wait <= 90 ? t('error.busy_seconds', { n: problem.wait }) : t('error.busy_minutes', { n: Math.ceil(problem.wait / 60) });
  return t('error.' + problem.kind);
}

/**
 * @param {{code: string, message: string}} field
 * @param {(key: string) => string} t
 * @param {(key: string) => boolean} has
 */
export function fieldSentence(field, t, has) {
  const key = 'invalid.' + field.code.replace(/^validation_/, '');
  return has(key) ? t(key) : field.message || t('error.invalid');
}
