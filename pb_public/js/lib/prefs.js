// What this browser remembers. It works without storage too, until the page is closed.

/** @type {Map<string, string>} */
const memory = new Map();

/** @param {string} name @returns {string | null} */
export function get(name) {
  try {
    return localStorage.getItem('tminus.' + name);
  } catch {
    return memory.get(name) ?? null;
  }
}

/** @param {string} name @param {string | null} value null forgets */
export function set(name, value) {
  try {
    if (value === null) localStorage.removeItem('tminus.' + name);
    else localStorage.setItem('tminus.' + name, value);
  } catch {
    if (value === null) memory.delete(name);
    else memory.set(name, value);
  }
}
