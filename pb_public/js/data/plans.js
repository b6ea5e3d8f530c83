// What the pages of plans and templates ask of the server.
import { ask, pb } from '../lib/api.js';
import { stamp } from '../lib/dates.js';
import { refusals } from '../lib/liquid.js';
import { planWrites, typesOf } from '../lib/plans.js';
import { stepsIn, writes } from '../lib/templates.js';
import { TYPES } from './events.js';

/** @typedef {import('../lib/templates.js').Template} Template */
/** @typedef {{plans: any[], templates: any[]}} Library */

/** All plans with their steps, and all templates: both are few, and each page of theirs shows something of the other. @returns {Promise<Library>} */
export async function readLibrary() {
  const [plans, templates] = await Promise.all([
    pb.collection('reminder_plans').getFullList({ sort: '-is_default,created,id', expand: 'reminder_plan_steps_via_plan' }),
    pb.collection('reminder_templates').getFullList({ sort: 'created,key,id' }),
  ]);
  return { plans, templates };
}

/** What changes the library. */
export const LIBRARY = ['reminder_plans', 'reminder_plan_steps', 'reminder_templates'];

/**
 * Writes all or nothing. What is refused is thrown as if it were one request's, each field named by `place`.
 * @param {{collection: string, method: string, id: string, body: Record<string, any>}[]} all
 * @param {(index: number, field: string) => string} place
 */
async function writeTogether(all, place) {
  if (all.length === 0) return;
  const batch = pb.createBatch();
  for (const { collection, method, id, body } of all) {
    if (method === 'delete') batch.collection(collection).delete(id);
    else if (method === 'update') batch.collection(collection).update(id, body);
    else batch.collection(collection).create(body);
  }
  try {
    await batch.send();
  } catch (error) {
    throw refusedBatch(error, place);
  }
}

/** @param {any} error @param {(index: number, field: string) => string} place */
function refusedBatch(error, place) {
  const failed = Object.entries(error?.response?.data?.requests ?? {});
  if (failed.length === 0) return error;
  /** @type {Record<string, any>} */
  const data = {};
  let { status } = error;
  let message = '';
  for (const [index, one] of failed) {
    const answer = /** @type {any} */ (one).response ?? {};
    message ||= answer.message ?? '';
    if (answer.status === 404) status = 404; // somebody else has deleted it
    for (const [field, refusal] of Object.entries(answer.data ?? {})) data[place(Number(index), field)] = refusal;
  }
  return { status, response: { message, data } };
}

// Templates

/** Writes the languages that changed. @param {Template | undefined} template @param {Record<string, any>} values */
export async function saveTemplate(template, values) {
  const all = writes(template, values).map((w) => ({ ...w, collection: 'reminder_templates', method: w.id ? 'update' : 'create' }));
  await writeTogether(all, (index, field) => (field === 'key' || field === 'reminder_type' ? field : `${all[index].language}.${field}`));
}

/** @param {any[]} records all languages of a template, or one; what the steps of plans send instead of them, if anything @param {{step: any, to: string}[]} [instead] */
export async function deleteTexts(records, instead = []) {
  await writeTogether(
    [
      ...instead.map(({ step, to }) => ({ collection: 'reminder_plan_steps', method: 'update', id: step.id, body: { template: to } })),
      ...records.map((r) => ({ collection: 'reminder_templates', method: 'delete', id: r.id, body: {} })),
    ],
    (_index, field) => field,
  );
}

/**
 * What a template becomes for the reader, and what it may say.
 * @param {Record<string, any>} draft @param {AbortSignal} [signal]
 */
export function previewTemplate(draft, signal) {
  return ask('POST', 'preview/template', { body: draft, signal });
}

/** Mails a template to the reader. @param {Record<string, any>} draft @returns {Promise<string>} the delivery */
export async function testTemplate(draft) {
  return (await ask('POST', 'templates/test', { body: draft })).delivery;
}

// Plans

/**
 * Writes a plan and its steps. What the server refuses of a step is named steps.<uid>.<field>.
 * @param {any} plan null for a new one @param {any} values @param {string} id of a new one
 */
export async function savePlan(plan, values, id) {
  const all = planWrites(plan, values, id);
  await writeTogether(all, (index, field) => (all[index].owner === 'plan' ? field : `steps.${all[index].owner}.${field}`));
  return plan?.id ?? id;
}

/** @param {string} id */
export function deletePlan(id) {
  return pb.collection('reminder_plans').delete(id);
}

/**
 * What steps that are not saved would send. The answer and what is refused name each step by its uid.
 * @param {Record<string, any>} event @param {import('../lib/plans.js').Step[]} steps @param {AbortSignal} [signal]
 * @returns {Promise<{reminders: any[], warnings: any[], steps: import('../lib/plans.js').Step[]}>} with the steps that were asked about
 */
export async function previewPlan(event, steps, signal) {
  const rows = steps.map(({ uid, id, ...fields }) => (id ? { id, ...fields } : fields));
  try {
    const { reminders, warnings } = await ask('POST', 'preview', { body: { ...event, plan: { steps: rows } }, signal });
    return { reminders: reminders.map((/** @type {any} */ r) => ({ ...r, uid: steps[r.step]?.uid ?? '' })), warnings, steps };
  } catch (error) {
    const data = Object.entries(refusals(error)).map(([place, one]) => [
      place.replace(/^steps\.(\d+)/, (_all, n) => `steps.${steps[n]?.uid}`),
      one,
    ]);
    throw data.length > 0 ? { status: 400, response: { message: '', data: Object.fromEntries(data) } } : error;
  }
}

/** Open events that chose a plan; it cannot be deleted as long as there are any. @param {string} plan @returns {Promise<{items: any[], totalItems: number}>} */
export function eventsThatChose(plan) {
  return pb.collection('events').getList(1, 5, {
    filter: pb.filter('reminder_plan = {:plan} && status != "completed" && status != "cancelled"', { plan }),
    sort: 'planned_start_date',
    fields: 'id,title',
  });
}

/** The coming events that go by a plan. @param {any[]} plans @param {string} plan @param {Date} now @returns {Promise<{id: string}[]>} */
export function eventsUnder(plans, plan, now) {
  const byType = typesOf(plans, plan, TYPES).map((type) => pb.filter('event_type = {:type}', { type }));
  const mine = [pb.filter('reminder_plan = {:plan}', { plan })];
  if (byType.length > 0) mine.push(`(reminder_plan = "" && (${byType.join(' || ')}))`);
  const coming = pb.filter('auto_reminders = true && status != "completed" && status != "cancelled" && planned_start_date > {:now}', {
    now: stamp(now),
  });
  return pb.collection('events').getFullList({ filter: `${coming} && (${mine.join(' || ')})`, fields: 'id', sort: 'planned_start_date' });
}

/**
 * Holds events against their plan as it is now, one after the other.
 * @param {{id: string}[]} events @param {(done: number) => void} told
 * @returns {Promise<number>} how many failed
 */
export async function replanAll(events, told) {
  let failed = 0;
  for (const [i, event] of events.entries()) {
    try {
      await ask('POST', `events/${event.id}/replan`);
    } catch {
      failed++;
    }
    told(i + 1);
  }
  return failed;
}

/** Coming events to try something with. @param {string} query @param {Date} now @returns {Promise<any[]>} */
export async function searchComing(query, now) {
  const parts = [pb.filter('planned_start_date > {:now} && status != "cancelled" && status != "completed"', { now: stamp(now) })];
  if (query) parts.push(pb.filter('(title ~ {:q} || customer.name ~ {:q} || event_number ~ {:q})', { q: query }));
  const found = await pb.collection('events').getList(1, 20, {
    filter: parts.join(' && '),
    sort: 'planned_start_date',
    expand: 'customer',
    skipTotal: true,
    fields: 'id,title,planned_start_date,timezone,event_type,expand.customer.name',
  });
  return found.items;
}

/** Steps that must send another language of a template before one of its records goes. @param {any[]} plans @param {any} record @param {string} to @returns {{step: any, to: string}[]} */
export function repointed(plans, record, to) {
  return plans
    .flatMap(stepsIn)
    .filter((s) => s.template === record.id)
    .map((step) => ({ step, to }));
}
