// Light or dark: the system's, until the reader chooses the other.
import { signal } from '@preact/signals';
import * as prefs from './prefs.js';

const system = matchMedia('(prefers-color-scheme: dark)');

/** What is on the screen: 'light' or 'dark'. */
export const theme = signal(document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light');

/** @param {string} wanted */
function apply(wanted) {
  document.documentElement.dataset.theme = wanted;
  theme.value = wanted;
}

/** What the reader chose: 'light', 'dark', or 'system' to follow the system. */
export const chosenTheme = signal(prefs.get('theme') ?? 'system');

/** @param {string} wanted */
export function chooseTheme(wanted) {
  prefs.set('theme', wanted === 'system' ? null : wanted);
  chosenTheme.value = wanted;
  apply(wanted === 'system' ? (system.matches ? 'dark' : 'light') : wanted);
}

/** Switches. A choice that equals the system's is not kept, so that the page follows the system again. */
export function toggleTheme() {
  const next = theme.peek() === 'dark' ? 'light' : 'dark';
  chooseTheme(next === (system.matches ? 'dark' : 'light') ? 'system' : next);
}

system.addEventListener('change', () => {
  if (!prefs.get('theme')) apply(system.matches ? 'dark' : 'light');
});
