// Binding one's WeChat account, and signing in with it.
import { ask, pb } from '../lib/api.js';
import { user } from '../lib/state.js';
import { enterByProvider, readMethods } from './account.js';

const PROVIDER = 'wechat';

/**
 * @typedef {object} Binding
 * @property {string} id
 * @property {'waiting' | 'scanned' | 'bound' | 'expired'} state
 * @property {string} expires
 * @property {'qr' | 'oauth'} [way]
 * @property {string} [image] the code to scan, as a data: address
 * @property {string} [url] to be opened inside WeChat
 * @property {string} [wechat_status] once bound: whether the account follows the company's
 */

/** @param {'qr' | 'oauth'} way @returns {Promise<Binding>} */
export function beginBinding(way) {
  return ask('POST', 'wechat/bindings', { body: { way } });
}

/** @param {string} id @returns {Promise<Binding>} */
export function confirmBinding(id) {
  return ask('POST', `wechat/bindings/${encodeURIComponent(id)}/confirm`);
}

export function unbind() {
  return ask('DELETE', 'wechat/binding');
}

/** @param {string} id @returns {Promise<Binding>} */
export function readBinding(id) {
  return pb.collection('wechat_bindings').getOne(id);
}

/**
 * Hears of the changes of a binding, as far as there is a connection.
 * @param {string} id @param {(binding: Binding) => void} heard
 * @returns {() => void} stops
 */
export function followBinding(id, heard) {
  const following = pb.collection('wechat_bindings').subscribe(id, (/** @type {any} */ e) => heard(e.record));
  following.catch(() => {}); // then it is looked up
  return () => following.then((/** @type {() => void} */ stop) => stop()).catch(() => {});
}

/** Signing in with WeChat: the link to it, empty while none was made. @typedef {{link: string}} Door */

/** @returns {Promise<Door | null>} null where it is switched off */
export async function readDoor() {
  const { providers } = await readMethods();
  if (!providers.some((one) => one.name === PROVIDER)) return null;
  const filter = pb.filter('recordRef = {:id} && provider = {:provider}', { id: user.peek()?.id, provider: PROVIDER });
  const found = await pb.collection('_externalAuths').getList(1, 1, { filter, fields: 'id', skipTotal: true });
  return { link: found.items[0]?.id ?? '' };
}

/** Opens WeChat's window and links whoever comes back from it, since one is signed in. */
export const linkDoor = () => enterByProvider(PROVIDER);

/** @param {string} link */
export function unlinkDoor(link) {
  return pb.collection('_externalAuths').delete(link);
}
