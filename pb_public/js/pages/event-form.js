// A new event, or the changes to one. What is typed survives a reload, a session that ends, and what others change meanwhile.

import { EventEditor } from '../components/event-editor.js';
import { PageHead } from '../components/page.js';
import { Failure, Forbidden, Skeleton } from '../components/states.js';
import { readForm } from '../data/event.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { useQuery } from '../lib/query.js';
import { mayChange } from '../lib/reminders.js';
import { atLeast, user } from '../lib/state.js';

/** @param {{params: {id?: string}, query: Record<string, string>}} props */
export default function EventForm({ params, query }) {
  const id = params.id ?? '';
  const about = id || JSON.stringify(query);
  const { data, problem, reload } = useQuery(atLeast('staff') ? `event-form/${about}` : null, (signal) => readForm(id, query, signal), {
    live: id ? ['events'] : [],
    when: (_collection, _action, record) => record.id === id,
  });
  if (!atLeast('staff') || (data?.event && !mayChange(user.value, data.event)))
    return html`<div class="page"><${Forbidden} heading /></div>`;
  const back = id ? { href: `/events/${id}`, label: data?.event?.title ?? t('action.back') } : { href: '/events', label: t('nav.events') };
  if (problem && (!data || problem.kind === 'missing')) {
    const missing = { title: t('event-form.gone'), href: '/events', label: t('nav.events') };
    return html`<div class="page"><${Failure} heading problem=${problem} retry=${reload} missing=${missing} /></div>`;
  }
  const title = id ? t('event-form.edit') : t(query.from ? 'event-form.duplicate' : 'nav.new_event');
  return html`<div class="page event-form-page">
    <${PageHead} title=${title} back=${back} />
    ${data ? html`<${EventEditor} key=${about} about=${about} query=${query} ...${data} />` : html`<${Waiting} />`}
  </div>`;
}

function Waiting() {
  return html`<div class="event-form" aria-busy="true">
    <span class="sr-only">${t('state.loading')}</span>
    <div class="card form-card">${[1, 2, 3, 4].map((n) => html`<span key=${n} class="waiting-field"><${Skeleton} kind="short" /><${Skeleton} kind="field" /></span>`)}</div>
  </div>`;
}
