// Addresses that a provider refused: nothing more is sent there until a manager clears the mark or the address changes.
import { pb } from '../lib/api.js';

/** @typedef {{id: string, channel: string, address: string, reason: string, updated: string}} Refusal */

const PER_ASK = 50;

/** As the server keeps addresses. @param {string} address */
const folded = (address) => address.trim().toLowerCase();

/** @param {{email?: string, phone?: string}} person @returns {string[]} */
const addressesOf = ({ email, phone }) => [email, phone].filter(Boolean).map((address) => folded(String(address)));

/**
 * Adds to each of some people the refusals of their addresses. Without an answer there are none to tell of.
 * @param {any[]} people @param {AbortSignal} [signal]
 * @returns {Promise<any[]>}
 */
export async function withRefusals(people, signal) {
  const all = await refusalsAmong([...new Set(people.flatMap(addressesOf))], signal).catch(() => []);
  return people.map((one) => ({ ...one, refusals: all.filter((r) => addressesOf(one).includes(folded(r.address))) }));
}

/** @param {string[]} addresses @param {AbortSignal} [signal] @returns {Promise<Refusal[]>} */
async function refusalsAmong(addresses, signal) {
  const asks = [];
  for (let at = 0; at < addresses.length; at += PER_ASK) {
    const some = addresses.slice(at, at + PER_ASK);
    const filter = some.map((address) => pb.filter('address = {:address}', { address })).join(' || ');
    asks.push(pb.collection('refused_addresses').getFullList({ filter, signal }));
  }
  return (await Promise.all(asks)).flat();
}

/** The next message goes there again. @param {string} id */
export function clearRefusal(id) {
  return pb.collection('refused_addresses').delete(id);
}
