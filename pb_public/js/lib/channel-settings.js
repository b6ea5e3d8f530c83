// What the operator sets in the server's environment for each channel.

/** @type {Record<string, string[]>} those without which it does not send, or people cannot be reached */
const NEEDED = {
  email: ['EMAIL_HOST', 'EMAIL_HOST_USER', 'EMAIL_HOST_PASSWORD', 'DEFAULT_FROM_EMAIL'],
  sms: ['SMS_PROVIDER', 'SMS_API_KEY', 'SMS_API_SECRET', 'SMS_SIGN_NAME', 'SMS_TEMPLATE_CODE'],
  twilio: ['SMS_PROVIDER', 'SMS_API_KEY', 'SMS_API_SECRET', 'TWILIO_FROM'],
  wechat: ['WECHAT_APP_ID', 'WECHAT_APP_SECRET', 'WECHAT_TEMPLATE_ID_REMINDER', 'WECHAT_TOKEN', 'WECHAT_ENCODING_AES_KEY'],
};

/** Which provider of SMS is meant shows by what is set of it. @param {string} channel @param {Variable[]} environment */
function settingsOf(channel, environment) {
  const twilio = channel === 'sms' && environment.some((v) => v.name === 'TWILIO_FROM' && v.set);
  return NEEDED[twilio ? 'twilio' : channel] ?? [];
}

/** The switch that lets reminders use a channel. @param {string} channel */
export const switchOf = (channel) => `EVENT_REMINDER_ENABLE_${channel.toUpperCase()}`;

/** @typedef {{name: string, set: boolean}} Variable */

/**
 * The settings of a channel, with whether each is set where the server tells it.
 * @param {string} channel @param {Variable[]} environment
 * @returns {{name: string, set?: boolean}[]}
 */
export function standingOf(channel, environment) {
  return settingsOf(channel, environment).map((name) => ({ name, set: environment.find((v) => v.name === name)?.set }));
}
