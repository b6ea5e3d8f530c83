// Where a customer is, on the reader's map.
import { mapLink } from './maps.js';

/**
 * @param {{name: string, address?: string, location?: {lat: number, lon: number}}} place
 * @param {any} reader in the mainland they get a map that works there
 * @returns {string} empty where nothing is known
 */
export function placeLink({ name, address, location }, reader) {
  if (!location || (location.lat === 0 && location.lon === 0)) return address ? mapLink(address, reader) : '';
  const { lat, lon } = location;
  if (mapLink('', reader).includes('amap.com')) {
    return `https://uri.amap.com/marker?${new URLSearchParams({ position: `${lon},${lat}`, name, coordinate: 'wgs84' })}`;
  }
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=17/${lat}/${lon}`;
}
