// The steps of an event's life, and what each of them writes.
import { parse, stamp } from './dates.js';

/** @typedef {'confirm' | 'start' | 'complete' | 'cancel' | 'reopen'} Move */
/** @typedef {{status: string, actual_start_date?: string, actual_end_date?: string}} Writes */

/** @type {Record<string, Move[]>} the usual one first */
const WAYS = {
  planned: ['confirm', 'start', 'complete', 'cancel'],
  confirmed: ['start', 'complete', 'cancel'],
  in_progress: ['complete', 'cancel'],
  completed: ['reopen'],
  cancelled: ['reopen'],
};

const HOUR = 3600_000;
/** Whoever completes an event later than this after its planned end was busy with something else in between. */
const FORGOTTEN = 4 * HOUR;

/**
 * What can be done with an event: the next step, and the others.
 * @param {any} event @param {Date} now
 * @returns {{next: Move | null, others: Move[]}}
 */
export function movesOf(event, now) {
  const ways = WAYS[event.status] ?? [];
  const end = parse(event.planned_end_date);
  const over = end !== null && end < now && ways.includes('complete');
  const next = over ? 'complete' : (ways.find((one) => one !== 'reopen') ?? null);
  return { next, others: ways.filter((one) => one !== next) };
}

/**
 * What a step writes. The server leaves the actual times to whoever knows them.
 * @param {Move} move @param {any} event @param {Date} now
 * @returns {Writes}
 */
export function writes(move, event, now) {
  switch (move) {
    case 'confirm':
      return { status: 'confirmed' };
    case 'start':
      return { status: 'in_progress', actual_start_date: event.actual_start_date || stamp(now) };
    case 'complete':
      return { status: 'completed', ...tookPlace(event, now) };
    case 'cancel':
      return { status: 'cancelled' };
    default:
      return event.status === 'completed' ? { status: 'in_progress', actual_end_date: '' } : { status: 'planned' };
  }
}

/** What takes a step back. @param {any} event as it was before @returns {Writes} */
export function takesBack(event) {
  return { status: event.status, actual_start_date: event.actual_start_date ?? '', actual_end_date: event.actual_end_date ?? '' };
}

/**
 * When a completed event took place, as far as can be told.
 * @param {any} event @param {Date} now
 * @returns {{actual_start_date: string, actual_end_date: string}}
 */
export function tookPlace(event, now) {
  const planned = parse(event.planned_start_date) ?? now;
  const start = parse(event.actual_start_date) ?? (planned < now ? planned : now);
  const end = parse(event.planned_end_date) ?? new Date(planned.getTime() + HOUR);
  const forgotten = now.getTime() - end.getTime() > FORGOTTEN && end > start;
  return { actual_start_date: stamp(start), actual_end_date: stamp(forgotten ? end : now) };
}
