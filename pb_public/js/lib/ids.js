// Ids of records that are not saved yet.

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** As PocketBase takes them: the same try twice makes one record, and records that name each other are written in one request. */
export function newId() {
  const random = crypto.getRandomValues(new Uint8Array(15));
  return Array.from(random, (n) => LETTERS[n % LETTERS.length]).join('');
}
