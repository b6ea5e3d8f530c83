// Who changed an event, and what, the newest first.
import { useState } from 'preact/hooks';
import { readHistory, readsHistory } from '../data/event.js';
import { moment, parse } from '../lib/dates.js';
import { acts } from '../lib/diff.js';
import { namesIn } from '../lib/event-form.js';
import { html } from '../lib/html.js';
import { intl, t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { viewerZone, zoneOf } from '../lib/state.js';
import { Face } from './badge.js';
import { Button } from './button.js';
import { changeWords } from './change-words.js';
import { Icon } from './icon.js';
import { Failure, Skeleton } from './states.js';
import { When } from './when.js';

/** @typedef {import('../lib/diff.js').Entry} Entry */
/** @typedef {import('./change-words.js').Known} Known */

const FEW = 5;

/** @param {{event: any, reminders: any[]}} props */
export function History({ event, reminders }) {
  if (!readsHistory()) return null;
  return html`<${Acts} key=${event.id} event=${event} reminders=${reminders} />`;
}

/** @param {{event: any, reminders: any[]}} props */
function Acts({ event, reminders }) {
  const [open, setOpen] = useState(false);
  const history = useQuery(`event/${event.id}/history`, (signal) => readHistory(event.id, signal), {
    live: ['events', 'reminders'],
    wait: 600,
    when: (_collection, _action, record) => record.id === event.id || record.event === event.id,
  });
  const all = acts(history.data?.rows ?? []);
  const known = { names: { ...namesIn(event), ...history.data?.names }, zone: zoneOf(event) };
  const titles = new Map(reminders.map((r) => [r.id, r.title]));
  const shown = open ? all : all.slice(0, FEW);
  return html`<section class="history" aria-labelledby="history">
    <div class="section-head"><h2 id="history">${t('event.history')}</h2>${all.length > 0 && html`<span class="count">${all.length}</span>`}</div>
    ${history.problem && !history.data && html`<div class="card"><${Failure} problem=${history.problem} retry=${history.reload} /></div>`}
    ${history.loading && !history.data && html`<div class="card chronicle" aria-busy="true">${[1, 2, 3].map((n) => html`<div key=${n} class="act"><${Skeleton} kind="pill" /><${Skeleton} kind="long" /></div>`)}</div>`}
    ${all.length > 0 && html`<ol class="card chronicle">${shown.map((act) => html`<${Act} key=${act.id} act=${act} known=${known} titles=${titles} />`)}</ol>`}
    ${all.length > shown.length && html`<div class="history-more"><${Button} icon="chevron-down" onClick=${() => setOpen(true)}>${t('event.history_all', { n: all.length })}<//></div>`}
  </section>`;
}

/** @param {{act: Entry, known: Known, titles: Map<string, string>}} props */
function Act({ act, known, titles }) {
  const at = parse(act.at);
  const system = act.actor === 'system';
  const told = sentences(act, known, titles);
  return html`<li class="act">
    ${system ? html`<span class="face" aria-hidden="true"><${Icon} name="settings" /></span>` : html`<${Face} name=${act.name} />`}
    <div class="act-words">
      <p><span class="strong" dir="auto">${system || !act.name ? t('event.system') : act.name}</span> ${told.length === 1 && told[0]}</p>
      ${told.length > 1 && html`<ul>${told.map((one) => html`<li key=${one}>${one}</li>`)}</ul>`}
    </div>
    ${at && html`<span class="act-when" title=${moment(at, viewerZone.value, intl(), new Date())}><${When} at=${at} /></span>`}
  </li>`;
}

/** @param {Entry} act @param {Known} known @param {Map<string, string>} titles of reminders, by id @returns {string[]} */
function sentences(act, known, titles) {
  const own = act.action === 'create' ? [t('event.did.created')] : act.changes.map((change) => changeWords(change, known));
  return [...own, ...reminderSentences(act, titles)];
}

/** What became of reminders: by name what somebody did to one, by number what followed for many. @param {Entry} act @param {Map<string, string>} titles */
function reminderSentences(act, titles) {
  const followed = act.action !== '';
  /** @type {Map<string, {title: string}[]>} */
  const deeds = new Map();
  for (const one of act.reminders) {
    if (followed && one.deed === 'edited') continue; // its words follow the event
    deeds.set(one.deed, [...(deeds.get(one.deed) ?? []), { title: one.title || (titles.get(one.record) ?? '') }]);
  }
  return [...deeds].map(([deed, all]) => {
    if (followed) return t(`event.followed.${deed}`, { n: all.length });
    return all.length === 1 && all[0].title
      ? t(`event.did_one.${deed}`, { title: all[0].title })
      : t(`event.did_many.${deed}`, { n: all.length });
  });
}
