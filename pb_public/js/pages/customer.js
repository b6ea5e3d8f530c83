// One customer: what is known, the people there, and the visits ahead and behind.
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '../components/button.js';
import { ContactList } from '../components/contact-list.js';
import { CustomerDialog } from '../components/customer-dialog.js';
import { CustomerEvents } from '../components/customer-events.js';
import { CustomerFacts } from '../components/customer-facts.js';
import { confirm } from '../components/dialog.js';
import { Menu } from '../components/menu.js';
import { PageHead } from '../components/page.js';
import { Failure, Skeleton, SkeletonRows } from '../components/states.js';
import { readCustomer, remove, save } from '../data/customers.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { go } from '../lib/router.js';
import { atLeast, toast, user } from '../lib/state.js';
import { tried } from '../lib/tried.js';

/** @param {{params: {id: string}, query: Record<string, string>}} props */
export default function Customer({ params, query }) {
  const { data, problem, reload } = useQuery(`customer/${params.id}`, (signal) => readCustomer(params.id, signal), {
    live: ['customers'],
    when: (_collection, _action, record) => record.id === params.id,
  });
  const back = { href: '/customers', label: t('nav.customers') };
  if (problem && (!data || problem.kind === 'missing')) {
    const missing = {
      title: t('people.customer.missing'),
      text: t('people.customer.missing_text'),
      href: back.href,
      label: t('people.customers.show_all'),
    };
    return html`<div class="page"><${Failure} heading problem=${problem} retry=${reload} missing=${missing} /></div>`;
  }
  if (!data) return html`<${Loading} />`;
  return html`<div class="page people customer">
    <${PageHead} title=${html`<span dir="auto">${data.name}</span>`} name=${data.name} back=${back} sub=${data.active ? null : t('people.customer.inactive')}>
      <${Actions} customer=${data} reload=${reload} />
    <//>
    <div class="customer-top">
      <${CustomerFacts} customer=${data} />
      <${ContactList} customer=${data} editable=${mayEdit(data)} />
    </div>
    <${CustomerEvents} customer=${data} query=${query} />
  </div>`;
}

/** As the server's rules have it: whoever looks after a customer, and managers. @param {any} customer */
function mayEdit(customer) {
  return atLeast('manager') || (atLeast('staff') && customer.owner === user.value?.id);
}

function Loading() {
  return html`<div class="page people customer" aria-busy="true">
    <header class="page-head"><${Skeleton} kind="heading" /></header>
    <div class="customer-top"><div class="card customer-facts"><${Skeleton} kind="block" /></div><${SkeletonRows} count=${3} kind="contact" /></div>
    <${SkeletonRows} count=${4} />
  </div>`;
}

/** @param {{customer: any, reload: () => void}} props */
function Actions({ customer, reload }) {
  const [editing, setEditing] = useState(false);
  const { setActive, deactivate, drop } = deeds(customer, reload);
  const saved = () => {
    setEditing(false);
    toast(t('state.saved'));
    reload();
  };
  return html`
    ${atLeast('staff') && customer.active && html`<${LinkButton} href=${`/events/new?customer=${customer.id}`} icon="calendar-plus">${t('people.customer.new_event')}<//>`}
    ${
      mayEdit(customer) &&
      html`<${Button} icon="pencil" onClick=${() => setEditing(true)}>${t('action.edit')}<//>
      <${Menu} label=${t('action.more')} items=${[
        customer.active
          ? { label: t('people.deactivate'), icon: 'ban', run: deactivate }
          : { label: t('people.reactivate'), icon: 'circle-check', run: () => setActive(true) },
        atLeast('manager') && { label: t('action.delete'), icon: 'trash', danger: true, run: drop },
      ]} />`
    }
    ${editing && html`<${CustomerDialog} customer=${customer} onClose=${() => setEditing(false)} onSaved=${saved} />`}`;
}

/** What is done to a customer without a form. @param {any} customer @param {() => void} reload */
function deeds(customer, reload) {
  const setActive = (/** @type {boolean} */ active) =>
    tried(async () => {
      await save('customers', customer.id, { active });
      const undo = { label: t('action.undo'), run: () => setActive(!active) };
      toast(t(active ? 'people.reactivated' : 'people.deactivated', { name: customer.name }), { action: undo });
      reload();
    });
  const ask = (/** @type {string} */ title, /** @type {string} */ text, /** @type {string} */ action, /** @type {boolean} */ danger) =>
    confirm({ title: t(title, { name: customer.name }), text: t(text), action: t(action), icon: danger ? 'trash' : 'ban', danger });
  return {
    setActive,
    deactivate: async () => {
      if (await ask('people.deactivate_title', 'people.customer.deactivate_text', 'people.deactivate', false)) await setActive(false);
    },
    drop: async () => {
      if (await ask('people.delete_title', 'people.customer.delete_text', 'action.delete', true))
        await tried(() => dropped(customer, reload));
    },
  };
}

/** @param {any} customer @param {() => void} reload */
async function dropped(customer, reload) {
  const fate = await remove('customers', customer.id);
  toast(t(fate === 'deleted' ? 'people.deleted' : 'people.customer.kept', { name: customer.name }));
  if (fate === 'deleted') go('/customers', { replace: true });
  else reload();
}
