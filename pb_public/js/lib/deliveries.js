// How a message stands, and why; without any screen. Its words are those of the area “deliveries”.
import { parse } from './dates.js';
import { t } from './i18n.js';
import { fixWords, told } from './reasons.js';

/** @typedef {import('./status.js').Look} Look */

/** @type {Record<string, Look>} */
const LOOKS = {
  queued: { tone: 'pending', icon: 'hourglass', key: 'delivery.queued' },
  held: { tone: 'warn', icon: 'hourglass', key: 'delivery.held' },
  sending: { tone: 'pending', icon: 'loader-2', key: 'delivery.sending' },
  sent: { tone: 'good', icon: 'check', key: 'delivery.sent' },
  kept: { tone: 'good', icon: 'inbox', key: 'delivery.kept' },
  delivered: { tone: 'good', icon: 'checks', key: 'delivery.delivered' },
  failed: { tone: 'bad', icon: 'x', key: 'delivery.failed' },
  skipped: { tone: 'quiet', icon: 'player-skip-forward', key: 'delivery.skipped' },
  cancelled: { tone: 'quiet', icon: 'ban', key: 'delivery.cancelled' },
  unknown: { tone: 'warn', icon: 'help-circle', key: 'delivery.unknown' },
};

/** Whether a limit keeps it back; nothing is wrong with it. @param {any} d a delivery */
export const isHeld = (d) => d.status === 'queued' && (d.error ?? '').startsWith('held:');

/** Whether the sandbox took it: then it was kept, not sent, and screens say so. @param {any} d */
export const isKept = (d) => d.provider === 'sandbox' && d.status === 'sent';

/** Whether it went through in the end: then an earlier error matters no more. @param {any} d */
export const arrived = (d) => d.status === 'sent' || d.status === 'delivered';

/** @param {any} d @returns {Look} */
export function deliveryLook(d) {
  return LOOKS[isHeld(d) ? 'held' : isKept(d) ? 'kept' : d.status] ?? LOOKS.unknown;
}

/** The next attempt, as far as one is to come. @param {any} d @param {Date} now @returns {Date | null} */
export function nextAttempt(d, now) {
  const next = d.status === 'queued' || d.status === 'unknown' ? parse(d.next_attempt_at) : null;
  return next && next > now ? next : null;
}

const UNDER_WAY = ['queued', 'sending', 'unknown'];
const MINUTE = 60_000;

/**
 * How often to look what became of a message, in ms; 0 where nothing is to come: they change without telling anybody. The
 * providers of SMS and WeChat tell later what became of what they took, mostly within seconds.
 * @param {any} d @param {Date} now
 */
export function lookEvery(d, now) {
  if (isHeld(d)) return 30_000;
  if (UNDER_WAY.includes(d.status)) return 3000;
  const sent = parse(d.sent_at);
  if (d.status !== 'sent' || d.channel === 'email' || d.provider === 'sandbox' || !sent) return 0;
  const age = now.getTime() - sent.getTime();
  return age < 2 * MINUTE ? 3000 : age < 15 * MINUTE ? 10_000 : 0;
}

/** How often to look for news of reminders, in ms; 0 for never. @param {any[]} reminders @param {any[]} deliveries of theirs @param {Date} now */
export function newsEvery(reminders, deliveries, now) {
  const all = deliveries.map((d) => lookEvery(d, now)).filter((every) => every > 0);
  if (all.length === 0 && reminders.some((r) => r.status === 'sending')) return 3000;
  return all.length > 0 ? Math.min(...all) : 0;
}

/**
 * Why a message did not arrive, or does not leave.
 * @typedef {object} Cause
 * @property {string} words the server's own
 * @property {string} said the same in the reader's words; empty where there are none
 * @property {string} fix what can be done about it; may be empty
 * @property {string} theirs the provider's words; may be empty
 */

/** @param {any} d a delivery, or what has an error like one @returns {Cause | null} */
export function causeOf(d) {
  if (!d.error || arrived(d)) return null;
  const { said, theirs } = told(d.error);
  const kind = d.error_class === 'transient' && waits(d) ? 'again' : d.error_class;
  if (said) return { words: d.error, said, fix: fixFor(kind, d), theirs };
  if (!kind) return { words: d.error, said: '', fix: '', theirs };
  const key = kind === 'permanent' ? `cause.permanent_${d.channel}` : `cause.${kind}`;
  return { words: d.error, said: t(key, { channel: t(`channel.${d.channel}`) }), fix: '', theirs };
}

/** @param {any} d */
const waits = (d) => d.status === 'queued' || d.status === 'sending';

/** What can be done about a phrase that we know. @param {string | undefined} kind of error @param {any} d */
function fixFor(kind, d) {
  if (kind === 'configuration') return t('cause.waits');
  if (kind === 'again') return t('cause.again_short');
  if (kind === 'unknown') return t('cause.unknown_short');
  return fixWords(d.error) || (kind === 'transient' ? t('cause.transient_short') : '');
}
