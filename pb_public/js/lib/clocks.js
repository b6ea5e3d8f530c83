// Times of the day to choose from, in 24 hours whatever the browser is used to.

const STEP = 30; // minutes between two choices
const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
const CLOCKS = Array.from({ length: (24 * 60) / STEP }, (_, i) => `${two(Math.floor((i * STEP) / 60))}:${two((i * STEP) % 60)}`);

/**
 * As options of a field: every half hour, and what is chosen already.
 * @param {string} chosen @param {string} [without] a time that may not be chosen
 */
export function clockOptions(chosen, without = '') {
  return [...new Set([...CLOCKS, chosen])]
    .filter((clock) => clock && clock !== without)
    .sort()
    .map((clock) => ({ value: clock, label: clock }));
}
