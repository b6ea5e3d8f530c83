// What the page of the team asks of the server.
import { ask, pb } from '../lib/api.js';
import { stamp } from '../lib/dates.js';

const FIELDS = 'id,name,email,phone,role,manager,locale,timezone,active,verified,wechat_status,updated';

export const ROLES = ['admin', 'manager', 'staff', 'viewer'];

/** @param {AbortSignal} [signal] @returns {Promise<any[]>} everybody, by name */
export function readTeam(signal) {
  return pb.collection('users').getFullList({ sort: 'name,id', fields: FIELDS, signal });
}

/**
 * Invites somebody, or once more somebody who has not signed in yet.
 * @param {{email: string, name: string, role: string, locale: string}} person
 * @returns {Promise<{id: string}>} of the user
 */
export function invite({ email, name, role, locale }) {
  return ask('POST', 'invitations', { body: { email, name, role, locale } });
}

/** @param {string} user @returns {Promise<any>} the newest invitation's message; null if it is not there yet */
export async function invitationOf(user) {
  const found = await pb.collection('deliveries').getList(1, 1, {
    filter: pb.filter('user = {:user} && kind = "system" && key ~ "invitation/%"', { user }),
    sort: '-created',
    skipTotal: true,
  });
  return found.items[0] ?? null;
}

/** How many coming events name somebody. @param {string} person @param {Date} now @returns {Promise<number>} */
export async function comingEventsOf(person, now) {
  const found = await pb.collection('events').getList(1, 1, {
    filter: pb.filter(
      'planned_end_date >= {:now} && planned_end_date < "9999" && status != "cancelled" && status != "completed" && (sales_responsible = {:person} || assigned_staff ~ {:person})',
      { now: stamp(now), person },
    ),
    fields: 'id',
  });
  return found.totalItems;
}
