// Somebody else has changed the event while it was being changed here: says who and what, and lets the reader decide.
import { useEffect, useState } from 'preact/hooks';
import { changersSince, namesOf } from '../data/event.js';
import { between, same } from '../lib/diff.js';
import { namesIn } from '../lib/event-form.js';
import { html } from '../lib/html.js';
import { list, loadWords, t } from '../lib/i18n.js';
import { Button } from './button.js';
import { changeWords, valueWords } from './change-words.js';
import { Dialog } from './dialog.js';

/** @typedef {Record<string, any>} Values */
/**
 * @typedef {object} Question
 * @property {Values} mine what was changed here
 * @property {Values} base the event as it was read
 * @property {any} now the event as it is
 * @property {Record<string, string>} names known here, by id
 * @property {(body: Values | null) => void} answer what to save; null: nothing yet
 */

/** @param {{question: Question}} props */
export function Conflict({ question }) {
  const { mine, base, now, answer } = question;
  const theirs = between(base, now);
  const [found, setFound] = useState(/** @type {{who: string[], names: Record<string, string>} | null} */ (null));
  useEffect(() => {
    const nothing = { who: [], names: {} };
    // The words of changes are those of the event's page.
    const asked = Promise.all([changersSince(now.id, base.updated), namesOf(theirs), loadWords('event')]);
    asked.then(
      ([who, names]) => setFound({ who, names }),
      () => loadWords('event').finally(() => setFound(nothing)),
    );
  }, []);
  if (!found) return null; // a dialog that grows would move its buttons under the reader's finger
  const clash = theirs.filter(({ field, to }) => field in mine && !same(mine[field], to)).map(({ field }) => field);
  const withoutMine = Object.fromEntries(Object.entries(mine).filter(([field]) => !clash.includes(field)));
  const known = { names: { ...question.names, ...namesIn(now), ...found.names }, zone: now.timezone };
  const who = found.who.length ? list(found.who) : t('event-form.somebody');
  return html`<${Dialog} title=${t('event-form.conflict')} onClose=${() => answer(null)}>
    <div class="dialog-body">
      <p>${t('event-form.conflict_who', { who })}</p>
      <ul class="conflict-list">${theirs.map(
        (change) => html`<li key=${change.field}>
        ${changeWords(change, known)}
        ${clash.includes(change.field) && html`<p class="conflict-mine tone-warn">${t('event-form.conflict_mine', { value: valueWords(change.field, mine[change.field], known) })}</p>`}
      </li>`,
      )}</ul>
      <p class="muted">${t(clash.length > 0 ? 'event-form.conflict_choose' : 'event-form.conflict_none')}</p>
    </div>
    <footer class="dialog-foot conflict-foot">
      <${Button} onClick=${() => answer(null)}>${t('event-form.conflict_back')}<//>
      ${clash.length > 0 && html`<${Button} onClick=${() => answer(withoutMine)}>${t('event-form.conflict_theirs')}<//>`}
      <${Button} primary first onClick=${() => answer(mine)}>${t(clash.length > 0 ? 'event-form.conflict_keep' : 'event-form.conflict_both')}<//>
    </footer>
  <//>`;
}
