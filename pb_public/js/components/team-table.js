// The team as a table: who, in which role, led by whom, reading which language by which clocks.

import { cityOf } from '../data/zones.js';
import { isZone } from '../lib/dates.js';
import { html } from '../lib/html.js';
import { LOCALES, locale, t } from '../lib/i18n.js';
import { channelNamed, user } from '../lib/state.js';
import { wechatLook } from '../lib/wechat.js';
import { Badge, Face } from './badge.js';
import { Menu } from './menu.js';
import { RefusalNotes } from './refusal-notes.js';

/** @typedef {'active' | 'invited' | 'inactive'} Standing */

/** @type {Record<Standing, import('../lib/status.js').Look>} */
const LOOKS = {
  active: { tone: 'good', icon: 'user-check', key: 'people.standing.active' },
  invited: { tone: 'pending', icon: 'mail-forward', key: 'people.standing.invited' },
  inactive: { tone: 'quiet', icon: 'user-off', key: 'people.standing.inactive' },
};

/** Whoever was invited has no password of their own yet. @param {any} person @returns {Standing} */
export function standing(person) {
  if (!person.active) return 'inactive';
  return person.verified ? 'active' : 'invited';
}

/**
 * @typedef {object} TeamActions
 * @property {(person: any) => void} edit
 * @property {(person: any) => void} inviteAgain
 * @property {(person: any) => void} deactivate
 * @property {(person: any) => void} reactivate
 * @property {() => void} cleared
 */

/** @param {{people: any[], all: any[], actions: TeamActions}} props all: among whom managers are found */
export function TeamTable({ people, all, actions }) {
  const names = new Map(all.map((p) => [p.id, p.name]));
  const heads = ['people.person', 'field.role', 'people.manager', 'people.reads', 'people.standing'];
  return html`<table class="card rows people-table team-table" role="table">
    <thead role="rowgroup"><tr role="row">
      ${heads.map((key) => html`<th key=${key} role="columnheader" scope="col">${t(key)}</th>`)}
      <th role="columnheader" scope="col"><span class="sr-only">${t('action.more')}</span></th>
    </tr></thead>
    <tbody role="rowgroup">${people.map((p) => html`<${Row} key=${p.id} person=${p} manager=${names.get(p.manager) ?? ''} actions=${actions} />`)}</tbody>
  </table>`;
}

/** @param {{person: any, manager: string, actions: TeamActions}} props */
function Row({ person, manager, actions }) {
  const stands = standing(person);
  const language = LOCALES.find((l) => l.code === person.locale);
  return html`<tr role="row" class=${stands === 'inactive' ? 'row-item inactive' : 'row-item'}>
    <td role="cell" class="team-who">
      <div class="people-who">
        <${Face} name=${person.name} />
        <div class="people-words">
          <button type="button" class="cover strong" dir="auto" onClick=${() => actions.edit(person)}>${person.name}</button>
          ${person.id === user.value?.id && html` <span class="people-mark">${t('people.you')}</span>`}
          <span class="people-note clip" title=${person.email}>${person.email}</span>
        </div>
      </div>
      <${RefusalNotes} refusals=${person.refusals} onCleared=${actions.cleared} />
    </td>
    <td role="cell" class="team-role">${t(`role.${person.role}`)}</td>
    <td role="cell" class="team-manager"><span class="clip" dir="auto">${manager || html`<span class="muted" aria-hidden="true">–</span><span class="sr-only">${t('people.no_manager')}</span>`}</span></td>
    <td role="cell" class="team-reads">${language && html`<span lang=${language.code}>${language.name}</span>`}
      ${isZone(person.timezone) && html`<span class="people-note clip">${cityOf(person.timezone, locale.value)}</span>`}</td>
    <td role="cell" class="team-standing">${stands === 'active' ? html`<span class="muted">${t(LOOKS.active.key)}</span>` : html`<${Badge} look=${LOOKS[stands]} />`}
      ${stands !== 'inactive' && (person.wechat_status || channelNamed('wechat')?.state === 'ready') && html`<span class="team-wechat"><${Badge} plain look=${wechatLook(person.wechat_status, 'people')} /></span>`}</td>
    <td role="cell" class="team-menu"><${Menu} label=${t('people.actions_for', { name: person.name })} items=${[
      { label: t('action.edit'), icon: 'pencil', run: () => actions.edit(person) },
      stands === 'invited' && { label: t('people.invite.again'), icon: 'mail-forward', run: () => actions.inviteAgain(person) },
      stands === 'inactive'
        ? { label: t('people.reactivate'), icon: 'user-check', run: () => actions.reactivate(person) }
        : { label: t('people.deactivate'), icon: 'user-off', danger: true, run: () => actions.deactivate(person) },
    ]} /></td>
  </tr>`;
}
