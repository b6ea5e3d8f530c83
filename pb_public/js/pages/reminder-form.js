// A new reminder of an event, or the changes to one that has not left yet.
import { useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { LinkButton } from '../components/button.js';
import { PageHead } from '../components/page.js';
import { ReminderFields } from '../components/reminder-fields.js';
import { eventWords } from '../components/reminder-times.js';
import { Empty, Failure, Skeleton } from '../components/states.js';
import { contactsOf, eventOf, reminderNamed, templates } from '../data/reminders.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { isClosed, mayChange } from '../lib/reminders.js';
import { user } from '../lib/state.js';

/** @param {boolean} edits @param {string} id of the reminder, or of the event of a new one */
async function readAll(edits, id) {
  const reminder = edits ? await reminderNamed(id) : null;
  const event = reminder ? reminder.expand?.event : await eventOf(id);
  const [contacts, all] = await Promise.all([contactsOf(event.customer), templates()]);
  return { reminder, event, contacts, templates: all };
}

/** @param {{params: {id: string}}} props */
export default function ReminderForm({ params }) {
  const edits = useLocation().path.startsWith('/reminders/');
  return html`<${Loaded} key=${`${edits}/${params.id}`} edits=${edits} id=${params.id} />`;
}

/** @param {{edits: boolean, id: string}} props */
function Loaded({ edits, id }) {
  const { data, problem, reload } = useQuery(`reminder-form/${edits}/${id}`, () => readAll(edits, id), {
    live: edits ? ['reminders'] : [],
    when: (_collection, _action, record) => record.id === id,
  });
  const opened = useRef(false);
  if (problem && !data)
    return html`<div class="page"><${Failure} heading problem=${problem} retry=${reload} missing=${gone(edits)} /></div>`;
  const back = backTo(data);
  const title = t(edits ? 'reminders.edit' : 'reminders.new');
  const refused = data && !opened.current && refusal(data);
  if (data && !refused) opened.current = true; // what is typed stays on the screen, whatever becomes of the reminder
  return html`<div class="page reminder-page">
    <${PageHead} title=${title} sub=${data ? `${data.event.title} · ${eventWords(data.event)}` : '\u00a0'} back=${back} />
    ${!data ? html`<${FormSkeleton} />` : refused || html`<${ReminderFields} ...${data} deleted=${problem?.kind === 'missing'} back=${back.href} />`}
  </div>`;
}

/** @param {boolean} edits */
function gone(edits) {
  return { title: t(edits ? 'reminders.gone' : 'reminders.no_event'), href: '/events', label: t('nav.events') };
}

/** @param {any} data */
function backTo(data) {
  if (data?.reminder) return { href: `/reminders/${data.reminder.id}`, label: data.reminder.title };
  return { href: data ? `/events/${data.event.id}/reminders` : '/events', label: t('reminders.title') };
}

/** Why there is no form: who may not change the event, what is closed, and what has left. @param {{event: any, reminder: any}} data */
function refusal({ event, reminder }) {
  const to = reminder ? `/reminders/${reminder.id}` : `/events/${event.id}`;
  const open = html`<${LinkButton} href=${to}>${t(reminder ? 'reminders.open' : 'reminders.open_event')}<//>`;
  if (!mayChange(user.value, event)) {
    return html`<div class="card"><${Empty} icon="lock" title=${t('reminders.not_yours')} text=${t('reminders.not_yours_text')}>${open}<//></div>`;
  }
  if (reminder && reminder.status !== 'pending') {
    return html`<div class="card"><${Empty} icon="lock" title=${t(`reminders.fixed.${reminder.status}`)} text=${t('reminders.fixed_text')}>${open}<//></div>`;
  }
  if (!reminder && isClosed(event)) {
    return html`<div class="card"><${Empty} icon="bell-off" title=${t(`reason.event_${event.status}`)} text=${t('reminders.closed_text')}>${open}<//></div>`;
  }
  return null;
}

function FormSkeleton() {
  return html`<div class="reminder-split" aria-busy="true">
    <span class="sr-only">${t('state.loading')}</span>
    <div class="card rem-form-card rem-waiting">${['short', 'pill', 'wide', 'block', 'long', 'wide', 'block'].map((kind) => html`<${Skeleton} kind=${kind} />`)}</div>
    <div class="card rem-preview-side rem-waiting"><${Skeleton} kind="long" /><${Skeleton} kind="block" /><${Skeleton} kind="block" /></div>
  </div>`;
}
