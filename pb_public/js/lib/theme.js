// Light or dark: the system's, until the reader chooses the other.
import * as prefs from './prefs.js';

const system = matchMedia('(prefers-color-scheme: dark)');

/** @returns {'light' | 'dark'} */
export function theme() {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** Switches. A choice that equals the system's is not kept, so that the page follows the system again. */
export function toggleTheme() {
  const next = theme() === 'dark' ? 'light' : 'dark';
  prefs.set('theme', next === (system.matches ? 'dark' : 'light') ? null : next);
  document.documentElement.dataset.theme = next;
}

/** @param {() => void} changed */
export function followSystem(changed) {
  system.addEventListener('change', () => {
    if (prefs.get('theme')) return;
    document.documentElement.dataset.theme = system.matches ? 'dark' : 'light';
    changed();
  });
}
