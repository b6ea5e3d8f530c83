// The people at a customer's: whom to call, how, in which language; and what stands in the way.
import { useState } from 'preact/hooks';
import { contactsOf, remove, save } from '../data/customers.js';
import { withRefusals } from '../data/refusals.js';
import { html } from '../lib/html.js';
import { LOCALES, t } from '../lib/i18n.js';
import { readable } from '../lib/phone.js';
import { useQuery } from '../lib/query.js';
import { atLeast, toast, user } from '../lib/state.js';
import { tried } from '../lib/tried.js';
import { wechatLook } from '../lib/wechat.js';
import { Face } from './badge.js';
import { Button } from './button.js';
import { ContactDialog } from './contact-dialog.js';
import { confirm } from './dialog.js';
import { Icon } from './icon.js';
import { Menu } from './menu.js';
import { RefusalNotes } from './refusal-notes.js';
import { Empty, Failure, SkeletonRows } from './states.js';

/** @param {{customer: any, editable: boolean}} props editable: whether the reader may change this customer's contacts */
export function ContactList({ customer, editable }) {
  const load = async (/** @type {AbortSignal} */ signal) => {
    const found = await contactsOf(customer.id, signal);
    return atLeast('manager') ? withRefusals(found, signal) : found;
  };
  const contacts = useQuery(`contacts/${customer.id}/${user.value?.role}`, load, {
    live: ['contacts'],
    when: (_collection, _action, record) => record.customer === customer.id,
  });
  const [open, setOpen] = useState(/** @type {any} */ (null)); // the contact in the dialog; {} for a new one
  const saved = () => {
    setOpen(null);
    toast(t('state.saved'));
    contacts.reload();
  };
  return html`<section aria-labelledby="contacts">
    <div class="people-head">
      <h2 id="contacts">${t('people.contacts')}</h2>
      ${atLeast('staff') && html`<${Button} icon="user-plus" onClick=${() => setOpen({})}>${t('people.contact.new')}<//>`}
    </div>
    <${List} contacts=${contacts} editable=${editable} onEdit=${setOpen} />
    ${open && html`<${ContactDialog} customer=${customer.id} contact=${open.id ? open : undefined} onClose=${() => setOpen(null)} onSaved=${saved} />`}
  </section>`;
}

/** @typedef {import('../lib/query.js').Query} Query */

/** @param {{contacts: Query, editable: boolean, onEdit: (contact: any) => void}} props */
function List({ contacts, editable, onEdit }) {
  const [all, setAll] = useState(false);
  const { data, problem, reload } = contacts;
  if (problem && !data) return html`<div class="card"><${Failure} problem=${problem} retry=${reload} /></div>`;
  if (!data) return html`<${SkeletonRows} count=${2} kind="contact" />`;
  if (data.length === 0)
    return html`<div class="card"><${Empty} icon="users" title=${t('people.contact.none')} text=${atLeast('staff') ? t('people.contact.none_text') : ''} /></div>`;
  const active = data.filter((/** @type {any} */ c) => c.active);
  const shown = all || active.length === 0 ? data : active;
  return html`<ul class="card rows contact-list">
      ${shown.map((/** @type {any} */ c) => html`<${Contact} key=${c.id} contact=${c} editable=${editable} onEdit=${onEdit} reload=${reload} />`)}
    </ul>
    ${data.length > shown.length && html`<button type="button" class="people-act people-more" onClick=${() => setAll(true)}>${t('people.contact.show_inactive', { n: data.length - shown.length })}</button>`}`;
}

/** @param {{contact: any, editable: boolean, onEdit: (contact: any) => void, reload: () => void}} props */
function Contact({ contact, editable, onEdit, reload }) {
  const language = LOCALES.find((l) => l.code === contact.locale);
  return html`<li class=${contact.active ? 'contact-item row-item' : 'contact-item row-item inactive'}>
    <${Face} name=${contact.name} />
    <div class="contact-body">
      <p class="contact-name"><span class="strong" dir="auto">${contact.name}</span>${contact.title && html` <span class="muted" dir="auto">${contact.title}</span>`}
        ${!contact.active && html` <span class="people-mark">${t('people.inactive')}</span>`}</p>
      <p class="contact-ways">
        ${contact.phone && html`<a class="contact-way" href=${`tel:${contact.phone}`}><${Icon} name="phone" />${readable(contact.phone)}</a>`}
        ${contact.email && html`<a class="contact-way" href=${`mailto:${contact.email}`}><${Icon} name="mail" />${contact.email}</a>`}
        ${contact.wechat_status && html`<span class="contact-way plain"><${Icon} name="brand-wechat" />${t(wechatLook(contact.wechat_status, 'people').key)}</span>`}
        ${language && html`<span class="contact-way plain" lang=${language.code}><${Icon} name="language" />${language.name}</span>`}
        ${!contact.phone && !contact.email && html`<span class="contact-way plain"><${Icon} name="alert-circle" />${t('people.contact.unreachable')}</span>`}
      </p>
      <${RefusalNotes} refusals=${contact.refusals ?? []} onCleared=${reload} />
    </div>
    ${editable && html`<${Actions} contact=${contact} onEdit=${onEdit} reload=${reload} />`}
  </li>`;
}

/** @param {{contact: any, onEdit: (contact: any) => void, reload: () => void}} props */
function Actions({ contact, onEdit, reload }) {
  const setActive = (/** @type {boolean} */ active) =>
    tried(async () => {
      await save('contacts', contact.id, { active });
      reload();
      const undo = { label: t('action.undo'), run: () => setActive(!active) };
      toast(t(active ? 'people.reactivated' : 'people.deactivated', { name: contact.name }), { action: undo });
    });
  const drop = async () => {
    const yes = await confirm({
      title: t('people.delete_title', { name: contact.name }),
      text: t('people.contact.delete_text'),
      action: t('action.delete'),
      icon: 'trash',
      danger: true,
    });
    if (!yes) return;
    await tried(async () => {
      const fate = await remove('contacts', contact.id);
      reload();
      toast(t(fate === 'deleted' ? 'people.deleted' : 'people.contact.kept', { name: contact.name }));
    });
  };
  return html`<${Menu} label=${t('people.actions_for', { name: contact.name })} items=${[
    { label: t('action.edit'), icon: 'pencil', run: () => onEdit(contact) },
    contact.active
      ? { label: t('people.deactivate'), icon: 'user-off', run: () => setActive(false) }
      : { label: t('people.reactivate'), icon: 'user-check', run: () => setActive(true) },
    atLeast('manager') && { label: t('action.delete'), icon: 'trash', danger: true, run: drop },
  ]} />`;
}
