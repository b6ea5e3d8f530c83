import { useEffect, useState } from 'preact/hooks';

/** Whether the screen is as a media query asks. @param {string} query */
export function useMedia(query) {
  const [fits, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = () => set(media.matches);
    media.addEventListener('change', look);
    return () => media.removeEventListener('change', look);
  }, [query]);
  return fits;
}

/** Whether the screen is a phone's, as in the styles. */
export const usePhone = () => useMedia('(max-width: 767px)');
