// The team: who belongs to it, in which role; administrators invite, change and deactivate.
import { useState } from 'preact/hooks';
import { Button, Choice, LinkButton } from '../components/button.js';
import { confirm } from '../components/dialog.js';
import { InviteDialog } from '../components/invite-dialog.js';
import { PageHead } from '../components/page.js';
import { PersonDialog } from '../components/person-dialog.js';
import { SearchBox } from '../components/search-box.js';
import { Empty, Failure, SkeletonRows } from '../components/states.js';
import { standing, TeamTable } from '../components/team-table.js';
import { save } from '../data/customers.js';
import { withRefusals } from '../data/refusals.js';
import { comingEventsOf, invite, readTeam } from '../data/team.js';
import { html } from '../lib/html.js';
import { number, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { setQuery } from '../lib/router.js';
import { toast } from '../lib/state.js';
import { tried } from '../lib/tried.js';

/** As wide as the number that will stand there. */
const BLANK = '\u2007';
const VIEWS = /** @type {const} */ (['active', 'invited', 'inactive']);

/** @param {{query: Record<string, string>}} props */
export default function Team({ query }) {
  const team = useQuery('team', async (signal) => withRefusals(await readTeam(signal), signal), { live: ['users'] });
  const [dialog, setDialog] = useState(/** @type {{kind: 'edit' | 'invite' | 'again', person?: any} | null} */ (null));
  const close = () => setDialog(null);
  const view = /** @type {readonly string[]} */ (VIEWS).includes(query.view) ? query.view : '';
  const { data } = team;
  const active = data?.filter((/** @type {any} */ p) => p.active).length;
  const saved = () => {
    close();
    toast(t('state.saved'));
    team.reload();
  };
  return html`<div class="page people">
    <${PageHead} title=${t('nav.team')} sub=${data ? t('people.team.count', { n: active, count: number(active) }) : '\u00a0'}>
      <${Button} icon="user-plus" onClick=${() => setDialog({ kind: 'invite' })}>${t('people.invite.title')}<//>
    <//>
    <div class="toolbar">
      <${SearchBox} q=${query.q ?? ''} label=${t('people.team.search')} />
      <${Choice} label=${t('people.show')} value=${view} onChange=${(/** @type {string} */ to) => setQuery({ view: to })} options=${[
        { value: '', label: t('people.team.everyone') },
        ...VIEWS.map((value) => ({
          value,
          label: t(`people.standing.${value}`),
          count: data ? data.filter((/** @type {any} */ p) => standing(p) === value).length : BLANK,
        })),
      ]} />
    </div>
    <${List} team=${team} q=${(query.q ?? '').trim()} view=${view} open=${setDialog} />
    ${dialog?.kind === 'invite' && html`<${InviteDialog} onClose=${close} onInvited=${team.reload} />`}
    ${dialog?.kind === 'again' && html`<${InviteDialog} again=${dialog.person} onClose=${close} onInvited=${team.reload} />`}
    ${dialog?.kind === 'edit' && html`<${PersonDialog} person=${dialog.person} manager=${data?.find((/** @type {any} */ p) => p.id === dialog.person.manager)} onClose=${close} onSaved=${saved} />`}
  </div>`;
}

/** @param {{team: import('../lib/query.js').Query, q: string, view: string, open: (dialog: any) => void}} props */
function List({ team, q, view, open }) {
  const { data, problem, reload } = team;
  if (problem && !data) return html`<${Failure} problem=${problem} retry=${reload} />`;
  if (!data) return html`<${SkeletonRows} count=${6} kind="person" />`;
  const word = q.toLowerCase();
  const people = data.filter(
    (/** @type {any} */ p) => (!view || standing(p) === view) && `${p.name} ${p.email} ${p.phone ?? ''}`.toLowerCase().includes(word),
  );
  if (people.length === 0) {
    return html`<div class="card"><${Empty} icon="users" title=${q ? t('people.nothing_found', { q }) : t(`people.team.none.${view || 'active'}`)}>
      <${LinkButton} href="/team">${t('people.team.show_all')}<//>
    <//></div>`;
  }
  const actions = { ...act(reload), edit: (/** @type {any} */ person) => open({ kind: 'edit', person }) };
  const inviteAgain = async (/** @type {any} */ person) => {
    if (await tried(() => invite(person))) open({ kind: 'again', person });
  };
  return html`<${TeamTable} people=${people} all=${data} actions=${{ ...actions, inviteAgain, cleared: reload }} />`;
}

/** What is done to a person without a form. @param {() => void} reload */
function act(reload) {
  const set = async (/** @type {any} */ person, /** @type {boolean} */ active) => {
    if (!(await tried(() => save('users', person.id, { active })))) return;
    toast(t(active ? 'people.reactivated' : 'people.deactivated', { name: person.name }), {
      action: { label: t('action.undo'), run: () => set(person, !active) },
    });
    reload();
  };
  return {
    reactivate: (/** @type {any} */ person) => set(person, true),
    deactivate: async (/** @type {any} */ person) => {
      const coming = await comingEventsOf(person.id, new Date()).catch(() => 0);
      const text = html`<p>${t('people.team.deactivate_text', { name: person.name })}</p>
        ${coming > 0 && html`<p>${t('people.team.deactivate_events', { n: coming, name: person.name })} <a href=${`/events?person=${person.id}`} target="_blank">${t('people.team.see_events')}</a></p>`}`;
      const yes = await confirm({
        title: t('people.deactivate_title', { name: person.name }),
        text,
        action: t('people.deactivate'),
        icon: 'user-off',
        danger: true,
      });
      if (yes) await set(person, false);
    },
  };
}
