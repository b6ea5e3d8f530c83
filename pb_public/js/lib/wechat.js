// How somebody's WeChat account stands to the company's.

/** @typedef {import('./status.js').Look} Look */

/** @type {Record<string, Omit<Look, 'key'>>} by wechat_status */
const LOOKS = {
  following: { tone: 'good', icon: 'brand-wechat' },
  unfollowed: { tone: 'warn', icon: 'brand-wechat' },
  none: { tone: 'quiet', icon: 'brand-wechat' },
};

/** @param {string | undefined} status a wechat_status @param {string} words the area's prefix @returns {Look} */
export function wechatLook(status, words) {
  const name = status && Object.hasOwn(LOOKS, status) ? status : 'none';
  return { ...LOOKS[name], key: `${words}.wechat.${name}` };
}

/** Whether this page is open inside WeChat, where a link says who one is. */
export const insideWeChat = () => /MicroMessenger/i.test(navigator.userAgent);
