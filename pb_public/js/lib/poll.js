// Looks again every now and then, as long as somebody is looking at the page.
import { useEffect, useRef } from 'preact/hooks';

/** @param {() => void} look @param {number} every ms; 0: never */
export function usePoll(look, every) {
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    if (every === 0) return undefined;
    const now = () => {
      if (!document.hidden) latest.current();
    };
    const timer = setInterval(now, every);
    document.addEventListener('visibilitychange', now);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', now);
    };
  }, [every]);
}
