// What the Today page asks: what is on, what went wrong, and what leaves next; everyone's or one's own.
import { ask, inSession, pb } from '../lib/api.js';
import { stamp, startOfDay } from '../lib/dates.js';
import { isOn } from '../lib/today.js';
import { EVENT, EVENT_FIELDS, eventFilter } from './events.js';

/** @typedef {{items: any[], totalItems: number}} List */
/**
 * @typedef {object} Today
 * @property {{today: number, week: number, overdue: number, failed: number, late: number, sent: number}} numbers
 * @property {any[]} days of this month, everyone's events
 * @property {any[]} today events that are on today
 * @property {any[]} coming events that start in the seven days after
 * @property {List} overdue
 * @property {List} failed reminders
 * @property {List} late reminders of the last seven days
 * @property {any[]} next reminders that wait
 * @property {any[]} left reminders that are leaving, or have left in the last hour
 * @property {boolean} fresh nothing was ever logged
 */

const OVERDUE_FIELDS = `${EVENT_FIELDS},actual_start_date,actual_end_date`; // which a step further writes, or takes back
const REMINDER_FIELDS = [
  'id',
  'event',
  'title',
  'reminder_type',
  'status',
  'send_datetime',
  'sent_at',
  'channels',
  'channel_status',
  'late',
  ...EVENT.map((f) => `expand.event.${f}`),
  'expand.event.expand.customer.name',
].join(',');
const DAY = 86_400_000;
const HOUR = 3_600_000;
const WEEK = 7;
const MOST = 50; // of what needs someone

/** @param {string} filter @param {Record<string, any>} o @returns {Promise<List>} */
function events(filter, { perPage = MOST, ...o }) {
  return pb
    .collection('events')
    .getList(1, perPage, { filter, sort: 'planned_start_date,id', expand: 'customer,sales_responsible', fields: EVENT_FIELDS, ...o });
}

/** @param {string} filter @param {Record<string, any>} params @param {Record<string, any>} o @returns {Promise<List>} */
function reminders(filter, params, { perPage = MOST, ...o }) {
  return pb
    .collection('reminders')
    .getList(1, perPage, { filter: pb.filter(filter, params), expand: 'event.customer', fields: REMINDER_FIELDS, ...o });
}

/** @typedef {{person?: string, zone: string, now: Date, signal?: AbortSignal}} Whose person: whose; everyone's without */

/** @param {Whose} o @returns {Promise<Today>} */
export async function readToday(o) {
  const { person, zone, now, signal } = o;
  const [tomorrow, from] = [startOfDay(now, zone, 1), startOfDay(now, zone)];
  const span = { from, to: startOfDay(now, zone, WEEK + 1), person };
  const [summary, on, overdue, [failed, late, next, left, sent]] = await Promise.all([
    ask('GET', 'summary', { query: { timezone: zone }, signal }),
    events(`${eventFilter(span, now)} && status != "cancelled"`, { perPage: 200, signal }),
    events(eventFilter({ status: 'overdue', person }, now), { fields: OVERDUE_FIELDS, signal }),
    readReminders(o),
  ]);
  const today = on.items.filter((e) => isOn(e, from, tomorrow));
  const coming = on.items.filter((e) => e.planned_start_date >= stamp(tomorrow));
  // Everyone's are counted by the server: what is listed has an end somewhere.
  const numbers = person
    ? {
        today: today.length,
        week: coming.length,
        overdue: overdue.totalItems,
        failed: failed.totalItems,
        late: late.totalItems,
        sent: sent.totalItems,
      }
    : { ...summary, sent: summary.sent_week };
  const empty = on.items.length === 0 && summary.days.every(isFree);
  const fresh = empty && (await neverLogged(signal));
  return { numbers, days: summary.days, today, coming, overdue, failed, late, next: next.items, left: left.items, fresh };
}

/** Those that failed, left late, wait, have just left, and were sent in a week. @param {Whose} o @returns {Promise<List[]>} */
function readReminders({ person, now, signal }) {
  const ago = (/** @type {number} */ ms) => stamp(new Date(now.getTime() - ms));
  const params = { person, week: ago(WEEK * DAY), month: ago(30 * DAY), year: ago(395 * DAY), hour: ago(HOUR) };
  const own = person ? ' && (event.sales_responsible = {:person} || event.assigned_staff ~ {:person})' : '';
  const sent = '(status = "sent" || status = "partial") && sent_at != ""'; // which is the condition of an index
  const open = '(event.status = "planned" || event.status = "confirmed" || event.status = "in_progress")';
  const list = (/** @type {string} */ filter, /** @type {Record<string, any>} */ options) =>
    reminders(filter + own, params, { ...options, signal });
  return Promise.all([
    list(`(status = "failed" || status = "partial") && send_datetime >= {:year} && event.planned_start_date >= {:month} && ${open}`, {
      sort: '-send_datetime',
    }),
    list(`${sent} && sent_at >= {:week} && late = true`, { sort: '-sent_at', perPage: 20 }),
    list('status = "pending"', { sort: 'send_datetime,id', perPage: 6, skipTotal: true }),
    list(`(status = "sending" || (${sent} && sent_at >= {:hour}))`, { sort: '-send_datetime,id', perPage: 3, skipTotal: true }),
    person ? list(`${sent} && sent_at >= {:week}`, { perPage: 1, fields: 'id' }) : { items: [], totalItems: 0 },
  ]);
}

/** @param {any} day */
const isFree = (day) => day.planned + day.completed + day.overdue + day.cancelled === 0;

/** @param {AbortSignal} [signal] */
async function neverLogged(signal) {
  const any = await pb.collection('events').getList(1, 1, { fields: 'id', skipTotal: true, signal });
  return any.items.length === 0;
}

/** @param {string} id @param {import('../lib/event-moves.js').Writes} body */
export function saveMove(id, body) {
  return inSession(() => pb.collection('events').update(id, body, { fields: 'id' }));
}
