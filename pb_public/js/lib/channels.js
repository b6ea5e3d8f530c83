/** The channels, in the order in which they are shown. */
export const CHANNELS = ['email', 'sms', 'wechat'];
