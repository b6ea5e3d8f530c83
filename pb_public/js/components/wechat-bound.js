// How many of the team WeChat reaches, and what keeps people from binding their account.
import { readTeam } from '../data/team.js';
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { sentences } from '../lib/sentences.js';
import { Icon } from './icon.js';

/** @param {{binding: string[]}} props the ways in which people can bind theirs */
export function WeChatBound({ binding }) {
  const { data } = useQuery('team-wechat', readTeam, { live: ['users'] });
  const active = /** @type {any[]} */ (data ?? []).filter((p) => p.active);
  const count = (/** @type {string} */ status) => active.filter((p) => p.wechat_status === status).length;
  const [following, gone] = [count('following'), count('unfollowed')];
  return html`<div class="panel-bound">
    <p class="with-icon"><${Icon} name="users" /><span>${data ? sentences(t('office.bound', { n: number(following), all: number(active.length) }), gone > 0 && t('office.bound.gone', { n: gone })) : '\u00a0'} <a href="/team">${t('nav.team')}</a></span></p>
    ${!binding.includes('qr') && html`<p class="panel-note tone-warn"><${Icon} name="alert-triangle" /><span>${t('office.bound.no_code')} <code>WECHAT_TOKEN</code></span></p>`}
  </div>`;
}
