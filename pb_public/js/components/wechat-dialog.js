// Binding one's WeChat account: a code to scan, the question whether it was oneself who did, and the answer.
import { useEffect, useRef } from 'preact/hooks';
import { countdown } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { insideWeChat } from '../lib/wechat.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';
import { Skeleton } from './states.js';
import { useBinding } from './use-binding.js';

/** @typedef {import('./use-binding.js').Handle} Handle */

/**
 * @param {{name: string, ways: string[], from: string, onClose: () => void, onBound: () => void}} props
 *   name: whose account it is to be; ways: in which it can be bound here; from: a binding that WeChat came back with
 */
export function WeChatDialog({ name, ways, from, onClose, onBound }) {
  const handle = useBinding(from);
  const { state, problem } = handle;
  const byLink = insideWeChat() && ways.includes('oauth');
  useEffect(() => {
    if (!from && !byLink && ways.includes('qr')) handle.begin('qr');
  }, []);
  useEffect(() => {
    if (state === 'bound') onBound();
  }, [state]);
  const again = () => (byLink ? openInWeChat(handle) : handle.begin('qr'));
  return html`<${Dialog} title=${t('profile.wechat.bind')} onClose=${onClose}>
    <div class="dialog-body wechat-dialog" aria-busy=${handle.busy && state === 'none' ? 'true' : null}>
      <div role="alert">${problem && html`<p class="form-error"><${Icon} name="alert-circle" /><span>${problem}</span></p>`}</div>
      ${state === 'none' && !from && (byLink || !ways.includes('qr')) && html`<${ByLink} inside=${byLink} />`}
      ${state === 'none' && !byLink && ways.includes('qr') && !problem && html`<${Skeleton} kind="wechat-code" />`}
      ${state === 'waiting' && handle.binding?.image && html`<${Code} handle=${handle} linked=${ways.includes('oauth')} />`}
      ${state === 'scanned' && html`<${Told} icon="help-circle" tone="pending" title=${t(`profile.wechat.scanned_${handle.binding?.way ?? 'qr'}`, { name })} text=${t('profile.wechat.scanned_text')} />`}
      ${state === 'bound' && html`<${Bound} status=${handle.binding?.wechat_status} />`}
      ${state === 'expired' && html`<${Told} icon="clock" tone="warn" title=${t('profile.wechat.expired')} text=${t('profile.wechat.expired_text')} />`}
      ${state === 'failed' && html`<${Told} icon="alert-triangle" tone="warn" title=${t('profile.wechat.failed')} text=${t('profile.wechat.failed_text')} />`}
    </div>
    <${Foot} handle=${handle} byLink=${byLink} again=${again} onClose=${onClose} />
  <//>`;
}

/** Leads to WeChat's page, which comes back to the profile. @param {Handle} handle */
async function openInWeChat(handle) {
  const begun = await handle.begin('oauth');
  if (begun?.url) location.assign(begun.url);
}

/** @param {{inside: boolean}} props */
function ByLink({ inside }) {
  return html`<p>${t(inside ? 'profile.wechat.by_link' : 'profile.wechat.open_inside', { address: `${location.host}/profile` })}</p>`;
}

/** @param {{handle: Handle, linked: boolean}} props linked: a link inside WeChat serves as well */
function Code({ handle, linked }) {
  const steps = [
    insideWeChat() ? 'profile.wechat.step_hold' : 'profile.wechat.step_scan',
    'profile.wechat.step_follow',
    'profile.wechat.step_confirm',
  ];
  return html`<img class="wechat-code" src=${handle.binding?.image} width="232" height="232" alt=${t('profile.wechat.code')} />
    <p class="wechat-left muted" role="timer">${t('profile.wechat.left', { time: countdown(handle.left) ?? '' })}</p>
    <ol class="wechat-steps">${steps.map((key) => html`<li key=${key}>${t(key)}</li>`)}</ol>
    <p class="field-hint wechat-phone">${t(linked ? 'profile.wechat.on_phone_link' : 'profile.wechat.on_phone', { address: `${location.host}/profile` })}</p>`;
}

/** @param {{status: string | undefined}} props */
function Bound({ status }) {
  return status === 'unfollowed'
    ? html`<${Told} icon="alert-triangle" tone="warn" title=${t('profile.wechat.done')} text=${t('profile.wechat.unfollowed_text')} />`
    : html`<${Told} icon="circle-check" tone="good" title=${t('profile.wechat.done')} text=${t('profile.wechat.done_text')} />`;
}

/** What has changed: read at once, for it may have come from a phone. @param {{icon: string, tone: string, title: string, text: string}} props */
function Told({ icon, tone, title, text }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => heading.current?.focus(), [title]);
  return html`<div class=${`wechat-told tone-${tone}`}><${Icon} name=${icon} />
    <h3 tabindex="-1" ref=${heading}>${title}</h3><p class="muted">${text}</p></div>`;
}

/** @param {{handle: Handle, byLink: boolean, again: () => void, onClose: () => void}} props */
function Foot({ handle: { state, busy, problem, confirm }, byLink, again, onClose }) {
  const close = html`<${Button} onClick=${onClose}>${t('action.cancel')}<//>`;
  const retry = (/** @type {string} */ key) => html`<${Button} primary icon="refresh" busy=${busy} onClick=${again}>${t(key)}<//>`;
  if (state === 'scanned') {
    return html`<footer class="dialog-foot">
      <${Button} onClick=${again}>${t('profile.wechat.no')}<//>
      <${Button} primary icon="check" busy=${busy} onClick=${confirm}>${t('profile.wechat.yes')}<//>
    </footer>`;
  }
  if (state === 'bound')
    return html`<footer class="dialog-foot"><${Button} primary onClick=${onClose}>${t('profile.wechat.close')}<//></footer>`;
  if (state === 'expired' || state === 'failed')
    return html`<footer class="dialog-foot">${close}${retry(byLink ? 'action.try_again' : 'profile.wechat.new_code')}</footer>`;
  if (byLink && state === 'none')
    return html`<footer class="dialog-foot">${close}<${Button} primary icon="brand-wechat" busy=${busy} onClick=${again}>${t('profile.wechat.this')}<//></footer>`;
  return html`<footer class="dialog-foot">${close}${problem && retry('action.try_again')}</footer>`;
}
