import { useEffect, useState } from 'preact/hooks';

const narrow = matchMedia('(max-width: 767px)');

/** Whether the screen is a phone's, as in the styles. */
export function usePhone() {
  const [phone, set] = useState(narrow.matches);
  useEffect(() => {
    const look = () => set(narrow.matches);
    narrow.addEventListener('change', look);
    return () => narrow.removeEventListener('change', look);
  }, []);
  return phone;
}
