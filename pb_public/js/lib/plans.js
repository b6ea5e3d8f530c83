// Plans and their steps, without any screen.
import { newId } from './ids.js';
import { REMINDER_TYPES, stepsIn } from './templates.js';

/**
 * A step as a form holds it.
 * @typedef {object} Step
 * @property {string} uid the id that it has or will have
 * @property {string} id empty for one that is not stored yet
 * @property {number | null} days_before null while nothing is typed
 * @property {string} at "HH:MM", or empty for the event's own time
 * @property {string} reminder_type
 * @property {string} template
 * @property {string[]} channels
 * @property {string[]} audience
 */
/** @typedef {{collection: string, method: 'create' | 'update' | 'delete', id: string, body: Record<string, any>, owner: string}} Write owner: a step's uid, or "plan" */

export const AUDIENCES = ['sales_responsible', 'assigned_staff', 'manager', 'contact_person'];
export const MAX_DAYS = 365;
export const MAX_STEPS = 50;

const FIELDS = /** @type {const} */ (['days_before', 'at', 'reminder_type', 'template', 'channels', 'audience']);
const USUAL_DAYS = [1, 3, 7, 14, 30, 60, 90, 0, 2, 5, 10, 21];

/** The steps of a plan as a form holds them, the earliest reminder first. @param {any} plan @returns {Step[]} */
export function formSteps(plan) {
  return ordered(
    stepsIn(plan).map((s) => ({
      uid: s.id,
      id: s.id,
      days_before: s.days_before,
      at: s.at,
      reminder_type: s.reminder_type,
      template: s.template,
      channels: [...s.channels],
      audience: [...s.audience],
    })),
  );
}

/** The earliest reminder first, as the server does; one without a day stays at the end. @template {{days_before: number | null, at: string}} T @param {T[]} steps @returns {T[]} */
export function ordered(steps) {
  const day = (/** @type {T} */ s) => s.days_before ?? -1;
  return [...steps].sort((a, b) => day(b) - day(a) || a.at.localeCompare(b.at));
}

/**
 * A further step: on a day that is still free, to the people and by the channels of the one before.
 * @param {Step[]} steps @param {(type: string) => string} templateFor the id of a type's first template
 * @returns {Step}
 */
export function nextStep(steps, templateFor) {
  const like = steps.at(-1);
  const days = USUAL_DAYS.find((d) => !steps.some((s) => s.days_before === d)) ?? (steps[0]?.days_before ?? 0) + 1;
  const type = REMINDER_TYPES.slice(0, 3).find((one) => !steps.some((s) => s.reminder_type === one)) ?? 'custom';
  return {
    uid: newId(),
    id: '',
    days_before: Math.min(days, MAX_DAYS),
    at: like?.at ?? '',
    reminder_type: type,
    template: templateFor(type),
    channels: [...(like?.channels ?? ['email'])],
    audience: [...(like?.audience ?? AUDIENCES.slice(0, 2))],
  };
}

/** The fields that keep a step from being saved. @param {Step} step @returns {string[]} */
export function faultsOf(step) {
  const days = step.days_before;
  const faults = [];
  if (days === null || !Number.isInteger(days) || days < 0 || days > MAX_DAYS) faults.push('days_before');
  if (step.channels.length === 0) faults.push('channels');
  if (step.audience.length === 0) faults.push('audience');
  return faults;
}

/** The fields of a step as they are stored. @param {any} step @returns {Record<string, any>} */
export function stored(step) {
  return Object.fromEntries(FIELDS.map((field) => [field, step[field]]));
}

/** Lists are the same in any order. @param {any} a @param {any} b */
function same(a, b) {
  return JSON.stringify(Array.isArray(a) ? [...a].sort() : a) === JSON.stringify(Array.isArray(b) ? [...b].sort() : b);
}

/**
 * What is to be written to make the stored plan the form's; nothing where they are the same.
 * @param {any} plan null for a new one @param {{name: string, is_default: boolean, event_types: string[], steps: Step[]}} values @param {string} id of a new plan
 * @returns {Write[]}
 */
export function planWrites(plan, values, id) {
  const own = { name: values.name.trim(), is_default: values.is_default, event_types: values.event_types };
  /** @type {Write[]} */
  const writes = [];
  if (!plan) writes.push({ collection: 'reminder_plans', method: 'create', id: '', body: { id, ...own }, owner: 'plan' });
  else if (Object.entries(own).some(([field, value]) => !same(plan[field], value))) {
    writes.push({ collection: 'reminder_plans', method: 'update', id: plan.id, body: own, owner: 'plan' });
  }
  const before = stepsIn(plan);
  for (const step of before) {
    if (!values.steps.some((s) => s.id === step.id))
      writes.push({ collection: 'reminder_plan_steps', method: 'delete', id: step.id, body: {}, owner: step.id });
  }
  for (const step of values.steps) {
    const was = before.find((s) => s.id === step.id);
    const body = stored(step);
    if (!was)
      writes.push({
        collection: 'reminder_plan_steps',
        method: 'create',
        id: '',
        body: { id: step.uid, ...body, plan: plan?.id ?? id },
        owner: step.uid,
      });
    else if (FIELDS.some((field) => !same(was[field], body[field])))
      writes.push({ collection: 'reminder_plan_steps', method: 'update', id: was.id, body, owner: step.uid });
  }
  return writes;
}

/** When each record of a plan was written last: two equal stamps are the same plan. @param {any} plan */
export function stampOf(plan) {
  return [plan, ...ordered(stepsIn(plan))].map((r) => `${r?.id}@${r?.updated}`).join();
}

/**
 * The plan of an event that chose none: the first that names its type, else the default one. As the server does.
 * @param {any[]} plans the default one first, then by age @param {string} type
 */
export function planFor(plans, type) {
  return plans.find((p) => (p.event_types ?? []).includes(type)) ?? plans.find((p) => p.is_default);
}

/** The types of events that go by a plan, unless they chose another. @param {any[]} plans @param {string} id @param {readonly string[]} types all */
export function typesOf(plans, id, types) {
  return types.filter((type) => planFor(plans, type)?.id === id);
}

/** Where the steps stand on a line that ends with the event: near days apart, far ones together. @param {{days_before: number | null}[]} steps @returns {number[]} parts of 1 */
export function places(steps) {
  const far = (/** @type {number | null} */ days) => Math.log1p(Math.max(0, days ?? 0));
  const most = Math.max(far(1), ...steps.map((s) => far(s.days_before)));
  return steps.map((s) => 1 - far(s.days_before) / most);
}
