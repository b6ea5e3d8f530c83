// How each state looks: a tone (colour), an icon, and the key of its word. Never colour alone.
import { parse } from './dates.js';

/** @typedef {{tone: 'pending' | 'good' | 'warn' | 'bad' | 'quiet', icon: string, key: string}} Look */

/** @type {Record<string, Look>} */
const EVENT = {
  planned: { tone: 'pending', icon: 'calendar-event', key: 'event.planned' },
  confirmed: { tone: 'pending', icon: 'circle-check', key: 'event.confirmed' },
  in_progress: { tone: 'pending', icon: 'player-play', key: 'event.in_progress' },
  completed: { tone: 'good', icon: 'check', key: 'event.completed' },
  cancelled: { tone: 'quiet', icon: 'ban', key: 'event.cancelled' },
  overdue: { tone: 'warn', icon: 'alert-triangle', key: 'event.overdue' },
};

/** @type {Record<string, Look>} */
const REMINDER = {
  pending: { tone: 'pending', icon: 'clock', key: 'reminder.pending' },
  sending: { tone: 'pending', icon: 'loader-2', key: 'reminder.sending' },
  sent: { tone: 'good', icon: 'check', key: 'reminder.sent' },
  kept: { tone: 'good', icon: 'inbox', key: 'reminder.kept' },
  partial: { tone: 'warn', icon: 'alert-triangle', key: 'reminder.partial' },
  failed: { tone: 'bad', icon: 'x', key: 'reminder.failed' },
  skipped: { tone: 'quiet', icon: 'player-skip-forward', key: 'reminder.skipped' },
  cancelled: { tone: 'quiet', icon: 'ban', key: 'reminder.cancelled' },
};

/** @type {Record<string, Look>} */
const CHANNEL = {
  ready: { tone: 'good', icon: 'check', key: 'channel.ready' },
  sandbox: { tone: 'quiet', icon: 'inbox', key: 'channel.sandbox' },
  not_configured: { tone: 'quiet', icon: 'ban', key: 'channel.not_configured' },
  paused: { tone: 'warn', icon: 'player-pause', key: 'channel.paused' },
};

/** @type {Record<string, string>} */
const TYPE_ICONS = {
  customer_visit: 'briefcase',
  installation: 'package',
  maintenance: 'tool',
  training: 'school',
  exhibition: 'presentation',
  meeting: 'users-group',
  other: 'calendar-event',
  code_of_conduct: 'book',
  safety: 'shield-check',
  customer_service: 'headset',
  checklist: 'list-check',
  equipment: 'tools',
  custom: 'bell',
  email: 'mail',
  sms: 'device-mobile',
  wechat: 'brand-wechat',
};

/** Underway past its end, or not begun past its start. @param {any} event @param {Date} now */
export function isOverdue(event, now) {
  const start = parse(event.planned_start_date);
  const end = parse(event.planned_end_date);
  if (event.status === 'in_progress') return end !== null && end < now;
  if (event.status === 'planned' || event.status === 'confirmed') return start !== null && start < now;
  return false;
}

/** @param {any} event @param {Date} now @returns {Look} */
export function eventLook(event, now) {
  return isOverdue(event, now) ? EVENT.overdue : (EVENT[event.status] ?? EVENT.planned);
}

/** @param {any} reminder @param {boolean} kept by the sandbox, not sent @returns {Look} */
export function reminderLook(reminder, kept) {
  return REMINDER[kept && reminder.status === 'sent' ? 'kept' : reminder.status] ?? REMINDER.pending;
}

/** @param {any} channel @returns {Look} */
export function channelLook(channel) {
  return CHANNEL[channel?.state] ?? CHANNEL.not_configured;
}

/** The icon of an event's type, a reminder's type or a channel. @param {string} name */
export function typeIcon(name) {
  return TYPE_ICONS[name] ?? 'bell';
}
