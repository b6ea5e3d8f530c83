// How users.preferences are stored, and how they stand on a form. What is absent means: all channels, no quiet hours, no digest.
import { CHANNELS } from './channels.js';

const QUIET = { from: '22:00', to: '07:00' };

/** @typedef {{email: boolean, sms: boolean, wechat: boolean, digest: boolean, quiet: boolean, from: string, to: string}} Wishes */

/** @param {any} preferences @returns {Wishes} */
export function wishesOf(preferences) {
  const { channels, quiet_hours: quiet, digest } = preferences ?? {};
  const wants = (/** @type {string} */ name) => !Array.isArray(channels) || channels.includes(name);
  return {
    email: wants('email'),
    sms: wants('sms'),
    wechat: wants('wechat'),
    digest: digest === true,
    quiet: Boolean(quiet),
    from: quiet?.from ?? QUIET.from,
    to: quiet?.to ?? QUIET.to,
  };
}

/** @param {Wishes | Record<string, any>} wishes @param {any} before what is stored, of which other parts stay as they are */
export function preferencesOf(wishes, before) {
  const channels = CHANNELS.filter((name) => wishes[/** @type {keyof Wishes} */ (name)]);
  const { channels: _channels, quiet_hours: _quiet, ...rest } = before ?? {};
  return {
    ...rest,
    // All of them is said by naming none, so that one that is added later is wanted too.
    ...(channels.length < CHANNELS.length && { channels }),
    ...(wishes.quiet && { quiet_hours: { from: wishes.from, to: wishes.to } }),
    digest: wishes.digest,
  };
}
