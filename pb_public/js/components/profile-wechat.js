// One's WeChat account: whether messages reach it, binding and unbinding it, and signing in with it.
import { useState } from 'preact/hooks';
import { linkDoor, readDoor, unbind, unlinkDoor } from '../data/wechat.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { setQuery } from '../lib/router.js';
import { channelNamed, demo, toast, user } from '../lib/state.js';
import { tried } from '../lib/tried.js';
import { wechatLook } from '../lib/wechat.js';
import { Badge } from './badge.js';
import { Button } from './button.js';
import { confirm } from './dialog.js';
import { Icon } from './icon.js';
import { Section } from './section.js';
import { WeChatDialog } from './wechat-dialog.js';

/** @param {{me: any, from: string, changed: () => void}} props from: what WeChat came back with; changed: the record is to be read anew */
export function ProfileWeChat({ me, from, changed }) {
  const [opened, open] = useState(false);
  const ways = channelNamed('wechat')?.binding ?? [];
  const close = () => {
    open(false);
    if (from) setQuery({ wechat: '' });
  };
  const release = async () => {
    const yes = await confirm({
      title: t('profile.wechat.unbind_title'),
      text: t('profile.wechat.unbind_text'),
      action: t('profile.wechat.unbind'),
      danger: true,
    });
    if (!yes || !(await tried(unbind))) return;
    changed();
    toast(t('profile.wechat.unbound'));
  };
  const bind = html`<${Button} icon="brand-wechat" onClick=${() => open(true)}>${t('profile.wechat.bind')}<//>`;
  return html`<${Section} id="wechat" title=${t('channel.wechat')} text=${t('profile.wechat.text')}>
    <div class="account-state">
      <div class="account-state-words"><${Badge} look=${wechatLook(me.wechat_status, 'profile')} /><p class="muted">${standing(me.wechat_status, ways)}</p></div>
      ${ways.length > 0 && me.wechat_status !== 'following' && bind}
      ${me.wechat_status && html`<${Button} onClick=${release}>${t('profile.wechat.unbind')}<//>`}
    </div>
    <${SignIn} />
    ${(opened || from) && html`<${WeChatDialog} name=${me.name} ways=${ways} from=${from} onClose=${close} onBound=${changed} />`}
  <//>`;
}

/** What its state means, and what to do. @param {string | undefined} status @param {string[]} ways */
function standing(status, ways) {
  if (status === 'following' || status === 'unfollowed') return t(`profile.wechat.${status}_text`);
  if (ways.length > 0) return t('profile.wechat.none_text');
  return t(demo.value || channelNamed('wechat')?.state === 'sandbox' ? 'profile.wechat.sandbox' : 'profile.wechat.not_configured');
}

/** Where administrators have switched it on in the dashboard. */
function SignIn() {
  const { data: door, reload } = useQuery(`wechat-door/${user.value?.id}`, readDoor);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  if (!door) return null;
  const link = async () => {
    setBusy(true);
    setProblem('');
    try {
      await linkDoor();
      toast(t('profile.wechat.door_done'));
    } catch {
      setProblem(t('profile.wechat.door_failed'));
    }
    setBusy(false);
    reload();
  };
  const drop = () => tried(() => unlinkDoor(door.link)).then(reload);
  return html`<div class="account-state">
    <div class="account-state-words"><p class="strong">${t('profile.wechat.door')}</p><p class="muted">${t(door.link ? 'profile.wechat.door_linked' : 'profile.wechat.door_text')}</p>
      <div role="alert">${problem && html`<p class="field-error"><${Icon} name="alert-circle" /><span>${problem}</span></p>`}</div></div>
    ${door.link ? html`<${Button} onClick=${drop}>${t('profile.wechat.door_remove')}<//>` : html`<${Button} icon="login" busy=${busy} onClick=${link}>${t('profile.wechat.door_link')}<//>`}
  </div>`;
}
