// Which messages reach oneself, and when.

import { changeProfile } from '../data/account.js';
import { cityOf, clockOf } from '../data/zones.js';
import { CHANNELS } from '../lib/channels.js';
import { isZone } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { intl, locale, t } from '../lib/i18n.js';
import { useInstant } from '../lib/instant.js';
import { preferencesOf, wishesOf } from '../lib/preferences.js';
import { sentences } from '../lib/sentences.js';
import { atLeast, channelNamed } from '../lib/state.js';
import { channelLook, typeIcon } from '../lib/status.js';
import { Badge } from './badge.js';
import { Icon } from './icon.js';
import { QuietHours } from './quiet-hours.js';
import { Section, SwitchRow } from './section.js';

/** @param {{me: any, company: import('../data/account.js').Company | null, onSaved: (me: any) => void}} props */
export function ProfileReminders({ me, company, onSaved }) {
  const form = useInstant(wishesOf(me.preferences), async (_changes, wishes) => {
    onSaved(await changeProfile({ preferences: preferencesOf(wishes, me.preferences) }));
  });
  const none = CHANNELS.every((name) => !form.values[name]);
  const zone = [me.timezone, company?.timezone].find((one) => isZone(one));
  return html`<${Section} id="reminders" title=${t('profile.reminders')} text=${t('profile.reminders_text')} instant=${form}>
    <div role="group" aria-label=${t('profile.channels')}>
      ${CHANNELS.map((name) => html`<${ChannelRow} key=${name} form=${form} name=${name} me=${me} />`)}
    </div>
    <div role="status">${none && html`<p class="setting-note tone-warn"><${Icon} name="alert-triangle" /><span>${t('profile.no_channel')}</span></p>`}</div>
    <${QuietHours} form=${form} zone=${zone ? cityOf(zone, locale.value) : ''} />
    <${SwitchRow} form=${form} name="digest" icon="report" label=${t('profile.digest')} hint=${digestHint(company)} />
  <//>`;
}

/** @param {{form: import('../lib/instant.js').Instant, name: string, me: any}} props */
function ChannelRow({ form, name, me }) {
  const channel = channelNamed(name);
  const unreachable = name === 'sms' && form.values.sms && !me.phone;
  const bound = t(
    me.wechat_status || !form.values.wechat || !channelNamed('wechat')?.binding ? 'profile.wechat_hint' : 'profile.wechat_not_bound',
  );
  const hint = { email: me.email, sms: unreachable ? t('profile.sms_no_phone') : me.phone, wechat: bound }[name];
  return html`<${SwitchRow} form=${form} name=${name} icon=${typeIcon(name)} label=${t(`channel.${name}`)} hint=${hint}>
    ${channel && html`<${Badge} look=${channelLook(channel)} />`}
  <//>`;
}

/** What the digest tells this reader, and when it comes. @param {import('../data/account.js').Company | null} company */
function digestHint(company) {
  const about = t(atLeast('manager') ? 'profile.digest_all' : 'profile.digest_own');
  if (!company) return about;
  const at = t('profile.digest_at', { time: company.digest_time, zone: clockOf(company.timezone, intl()) });
  return sentences(at, about);
}
