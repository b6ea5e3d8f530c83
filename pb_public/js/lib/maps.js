// Where a place is: an address for the reader's own map, or the meeting itself where it has an address.

/** The address of a video meeting, if the place is one. @param {string} place */
export function meetingLink(place) {
  return /^https?:\/\/\S+$/i.test(place.trim()) ? place.trim() : '';
}

/**
 * A search on a map that works where the reader is: in the mainland that of Amap.
 * @param {string} place @param {any} reader
 */
export function mapLink(place, reader) {
  const mainland = reader?.locale === 'zh-CN' || String(reader?.phone ?? '').startsWith('+86');
  return (mainland ? 'https://uri.amap.com/search?keyword=' : 'https://www.openstreetmap.org/search?query=') + encodeURIComponent(place);
}
