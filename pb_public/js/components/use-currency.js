// In which currency the costs of messages are told: managers may know what SMS cost.
import { readStatus } from '../data/office.js';
import { number } from '../lib/i18n.js';
import { money } from '../lib/money.js';
import { useQuery } from '../lib/query.js';
import { atLeast } from '../lib/state.js';

/**
 * @param {boolean} needed whether there is any cost to tell
 * @returns {(cost: number) => string} the amount; without its currency where that is not known
 */
export function useCost(needed) {
  const { data } = useQuery(
    needed && atLeast('manager') ? 'sms-currency' : null,
    async (signal) => (await readStatus(signal)).sms?.currency ?? '',
  );
  return (cost) => (data ? money(cost, data) : number(cost));
}
