// Who is reminded: the team and the people at the customer's at hand, everybody else by search. Whom a chosen channel
// cannot reach is marked before anything is saved.
import { useState } from 'preact/hooks';
import { nameOf, searchContacts, searchPeople } from '../data/people.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { reasonWords } from '../lib/reasons.js';
import { obstacles, offered, team } from '../lib/reminder-form.js';
import { Face } from './badge.js';
import { Combobox } from './combobox.js';
import { Field } from './field.js';
import { Icon } from './icon.js';

/** @typedef {import('../lib/reminder-form.js').Person} Person */
/** @typedef {import('./combobox.js').Option} Option */

/** So many contacts are shown; more are searched. */
const NEAR = 6;

/** These are the channel's, and stand there. */
const CHANNELS_OWN = ['channel not configured', 'channel switched off'];

/** @param {{form: import('../lib/form.js').Form, event: any, contacts: any[], known: {users: any[], contacts: any[]}, preview: any}} props */
export function PeoplePicker({ form, event, contacts, known, preview }) {
  const contactPerson = event.contact_person;
  const near = [...contacts]
    .sort((a, b) => Number(b.id === contactPerson) - Number(a.id === contactPerson))
    .slice(0, NEAR)
    .map(
      (one) => /** @type {Person} */ ({ id: one.id, name: one.name, active: one.active, part: one.id === contactPerson ? 'contact' : '' }),
    );
  const customer = event.expand?.customer?.name ?? '';
  return html`<${People} form=${form} name="recipients" collection="users" label=${t('reminders.who')} near=${team(event)} known=${known.users} preview=${preview}
      add=${{ label: t('reminders.add_colleague'), search: searchPeople }} />
    ${
      (near.length > 0 || form.values.contact_recipients.length > 0) &&
      html`<${People} form=${form} name="contact_recipients" collection="contacts" label=${t('reminders.who_at', { customer })}
      near=${near} known=${[...known.contacts, ...contacts]} preview=${preview}
      add=${contacts.length > NEAR ? { label: t('reminders.add_contact'), search: (/** @type {string} */ q) => searchContacts(event.customer, q) } : null} />`
    }`;
}

/**
 * @param {{form: import('../lib/form.js').Form, name: string, collection: string, label: string, near: Person[], known: any[], preview: any,
 *   add: {label: string, search: (query: string) => Promise<Option[]>} | null}} props
 */
function People({ form, name, collection, label, near, known, preview, add }) {
  const chosen = /** @type {string[]} */ (form.values[name] ?? []);
  const [met, setMet] = useState(/** @type {any[]} */ ([]));
  const strangers = chosen.filter((id) => ![...near, ...known, ...met].some((one) => one.id === id));
  const names = useQuery(strangers.length > 0 ? `names/${collection}/${strangers.join()}` : null, () =>
    Promise.all(strangers.map((id) => nameOf(collection, id))),
  );
  const found = (names.data ?? []).filter(Boolean).map((/** @type {Option} */ one) => ({ id: one.value, name: one.label }));
  const people = offered(near, chosen, [...known, ...met, ...found]);
  const flip = (/** @type {string} */ id) => form.set(name, chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const take = (/** @type {Option | null} */ option) => {
    if (!option || chosen.includes(option.value)) return;
    setMet((all) => [...all, { id: option.value, name: option.label }]);
    form.set(name, [...chosen, option.value]);
  };
  // An error is about who cannot be reached, if somebody cannot.
  const wrong = form.errors[name]
    ? (people.find((one) => chosen.includes(one.id) && lacks(preview, one.id).length > 0) ?? people[0])
    : null;
  const tile = (/** @type {Person} */ one) => html`<${Tile} key=${one.id} person=${one} name=${name} chosen=${chosen.includes(one.id)}
    invalid=${one === wrong} preview=${preview} flip=${() => flip(one.id)} />`;
  const find = async (/** @type {string} */ query) => (await add?.search(query))?.filter((one) => !chosen.includes(one.value)) ?? [];
  return html`<${Field} form=${form} name=${name} label=${label} group>
    ${people.length > 0 && html`<div class="rem-people">${people.map(tile)}</div>`}
    ${add && html`<${Adder} name=${`add_${name}`} label=${add.label} search=${find} take=${take} />`}
  <//>`;
}

/** The channels that pass somebody by for a reason of theirs. @param {any} preview @param {string} id */
function lacks(preview, id) {
  return obstacles(preview, id).filter(([, reason]) => !CHANNELS_OWN.includes(reason));
}

/** @param {{person: Person, name: string, chosen: boolean, invalid: boolean, preview: any, flip: () => void}} props */
function Tile({ person, name, chosen, invalid, preview, flip }) {
  const blocked = chosen ? lacks(preview, person.id) : [];
  return html`<label class=${chosen ? 'rem-person rem-chosen' : 'rem-person'}>
    <input type="checkbox" name=${name} value=${person.id} checked=${chosen} aria-invalid=${invalid ? 'true' : null} onChange=${flip} />
    <${Face} name=${person.name} />
    <span class="rem-person-who">
      <span class="rem-person-name" dir="auto">${person.name || t('recipient.unknown')}</span>
      ${person.part && html`<span class="rem-person-part">${t(`reminders.part.${person.part}`)}</span>`}
      ${!person.active && html`<span class="rem-person-part">${t('reminders.inactive')}</span>`}
      ${blocked.map(([channel, reason]) => html`<span key=${channel} class="rem-person-lack tone-warn"><${Icon} name="alert-triangle" /><span>${lack(channel, reason)}</span></span>`)}
    </span>
  </label>`;
}

/** @param {string} channel @param {string} reason */
function lack(channel, reason) {
  return t('reminders.lack', { channel: t(`channel.${channel}`), reason: reasonWords(reason) });
}

/** Searches for one more; whom it finds joins the tiles. @param {{name: string, label: string, search: (query: string) => Promise<Option[]>, take: (option: Option | null) => void}} props */
function Adder({ name, label, search, take }) {
  const empty = /** @type {any} */ ({ values: {}, errors: {}, set: () => {} });
  return html`<div class="rem-adder"><${Combobox} form=${empty} name=${name} label=${label} placeholder=${t('reminders.search_name')} search=${search} onPick=${take} /></div>`;
}
