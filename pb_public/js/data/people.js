// People and customers, as pickers ask for them.
import { pb } from '../lib/api.js';

/** @typedef {import('../components/combobox.js').Option} Option */

/** @param {string} query @returns {Promise<Option[]>} active people by name */
export async function searchPeople(query) {
  const filter = query ? pb.filter('active = true && name ~ {:q}', { q: query }) : 'active = true';
  const found = await pb.collection('users').getList(1, 20, { filter, sort: 'name', fields: 'id,name,role', skipTotal: true });
  return found.items.map((/** @type {any} */ u) => ({ value: u.id, label: u.name }));
}

/** @param {string} query @returns {Promise<Option[]>} active customers by name */
export async function searchCustomers(query) {
  const filter = query ? pb.filter('active = true && name ~ {:q}', { q: query }) : 'active = true';
  const found = await pb
    .collection('customers')
    .getList(1, 20, { filter, sort: query ? 'name' : '-updated', fields: 'id,name,address,timezone', skipTotal: true });
  return found.items.map((/** @type {any} */ c) => ({ value: c.id, label: c.name, note: c.address, timezone: c.timezone }));
}

/** @param {string} customer @param {string} query @returns {Promise<Option[]>} the active contacts of a customer */
export async function searchContacts(customer, query) {
  if (!customer) return [];
  const filter = pb.filter('active = true && customer = {:customer} && name ~ {:q}', { customer, q: query });
  const found = await pb.collection('contacts').getList(1, 20, { filter, sort: 'name', fields: 'id,name,title', skipTotal: true });
  return found.items.map((/** @type {any} */ c) => ({ value: c.id, label: c.name, note: c.title }));
}

/** @param {string} collection @param {string | undefined} id @returns {Promise<Option | null>} */
export async function nameOf(collection, id) {
  if (!id) return null;
  try {
    const found = await pb.collection(collection).getOne(id, { fields: 'id,name' });
    return { value: found.id, label: found.name };
  } catch {
    return null;
  }
}
