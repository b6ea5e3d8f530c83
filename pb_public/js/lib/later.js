/**
 * Puts off a call until things are quiet, yet not for longer than four times that.
 * @param {() => void} run
 * @param {number} ms
 * @returns {(() => void) & {cancel: () => void}}
 */
export function later(run, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let first = 0;
  const call = () => {
    const now = Date.now();
    if (timer === undefined) first = now;
    clearTimeout(timer);
    const wait = () => {
      timer = undefined;
      run();
    };
    timer = setTimeout(wait, Math.max(0, Math.min(ms, first + 4 * ms - now)));
  };
  call.cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return call;
}
