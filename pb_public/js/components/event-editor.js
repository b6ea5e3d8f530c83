// The form of an event: three fields that must be filled in, the others folded away, and beside it what would be sent.

import { useSignalEffect } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { askPreview, changeEvent, createEvent, readEvent } from '../data/event.js';
import { TYPES } from '../data/events.js';
import { parse } from '../lib/dates.js';
import { changed, createBody, firstValues, follow, previewBody, stageOf, valuesOf } from '../lib/event-form.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { t } from '../lib/i18n.js';
import { go } from '../lib/router.js';
import { epoch, minute, toast, user } from '../lib/state.js';
import { Button } from './button.js';
import { CustomerField } from './customer-field.js';
import { confirm } from './dialog.js';
import { DraftNote } from './draft-note.js';
import { Conflict } from './event-conflict.js';
import { EventDetails } from './event-details.js';
import { FormError, TextField, ToggleField } from './field.js';
import { PlanPreview, PreviewSummary } from './plan-preview.js';
import { StartField } from './start-field.js';
import { TypeField } from './type-field.js';
import { useAnswer } from './use-answer.js';

/** @typedef {import('../lib/form.js').Form} Form */
/** @typedef {{event: any, zone: string, plans: any[], customer: any, source: any}} Basis what data/event.js reads for a form */

/** A title to begin with. @param {string} type @param {string} customer */
const suggest = (type, customer) => t('event-form.suggested', { type: t(`type.${type || 'other'}`), customer });

/** @param {Basis & {about: string, query: Record<string, string>}} props about: names what the form is for, among drafts */
export function EventEditor({ about, query, event, zone, plans, customer, source }) {
  const [asked, setAsked] = useState(/** @type {import('./event-conflict.js').Question | null} */ (null));
  const initial = useMemo(() => {
    const wanted = { ...query, type: TYPES.includes(query.type) ? query.type : '' };
    return event ? valuesOf(event) : firstValues({ user: user.peek(), zone, query: wanted, customer, source, suggest });
  }, [event?.updated]);
  const form = useForm({
    initial,
    draft: `event/${about}`,
    required: ['customer', 'planned_start_date', 'title'],
    check,
    save: (values) => (event ? saveChanges(event, values, setAsked) : createEvent(createBody(values, new Date()), madeIn(values))),
    saved: (saved) => {
      toast(t('event-form.saved', { number: saved.event_number }));
      go(`/events/${saved.id}`, { replace: true });
    },
  });
  useFollowing(form, event);
  const preview = useAnswer(previewBody(form.values, event?.id ?? ''), askPreview);
  useReconnection(preview.again);
  const fields = following(form);
  return html`<form class="event-form" novalidate onSubmit=${form.submit}>
    <div class="event-form-main">
      <${FormError} form=${form} /><${DraftNote} form=${form} />
      <${Essentials} form=${fields} event=${event} />
      <${EventDetails} form=${fields} event=${event} plans=${plans} open=${Boolean(event || source)} />
    </div>
    <aside class="card preview-side" aria-label=${t('event-form.preview')}><${PlanPreview} preview=${preview} values=${form.values} /></aside>
    <footer class="form-bar">
      <${PreviewSummary} preview=${preview} values=${form.values} />
      <${Button} onClick=${() => leave(form, event)}>${t('action.cancel')}<//>
      <${Button} type="submit" primary busy=${form.busy}>${t('action.save')}<//>
    </footer>
  </form>
  ${asked && html`<${Conflict} question=${asked} />`}`;
}

/** The same form, in which one field leads to others. @param {Form} form @returns {Form} */
function following(form) {
  return {
    ...form,
    values: { ...form.values, done: form.values.done !== false },
    set: (name, value) => form.fill(follow(form.values, name, value, suggest)),
  };
}

/** What others change is taken over as long as nothing is typed here. @param {Form} form @param {any} event */
function useFollowing(form, event) {
  // At once: between drawing and a later effect something might be typed.
  useLayoutEffect(() => {
    if (event && !form.dirty && form.values.base.updated !== event.updated) form.reset();
  }, [event?.updated]);
}

/** What could not be asked is asked again once the connection, or the session, is back. @param {() => void} again */
function useReconnection(again) {
  const seen = useRef(epoch.peek());
  useSignalEffect(() => {
    if (epoch.value === seen.current) return;
    seen.current = epoch.value;
    again();
  });
}

/** @param {{form: Form, event: any}} props */
function Essentials({ form, event }) {
  const { values } = form;
  minute.value; // what is typed becomes a thing of the past
  const stage = event ? '' : stageOf(values, new Date());
  return html`<section class="card form-card" aria-label=${t('event-form.essentials')}>
    <${CustomerField} form=${form} suggest=${suggest} focus=${!event && !values.customer} />
    <${TypeField} form=${form} />
    <${StartField} form=${form} />
    ${stage && html`<${ToggleField} form=${form} name="done" label=${t(`event-form.stage.${stage}`)} hint=${t('event-form.stage_hint')} />`}
    <${TextField} form=${form} name="title" label=${t('event-form.title')} optional=${false} dir="auto" maxlength=${200} hint=${values.titled || !values.title ? '' : t('event-form.title_hint')} />
  </section>`;
}

/** @param {import('../lib/form.js').Values} values @returns {Record<string, string>} */
function check(values) {
  const start = parse(values.planned_start_date);
  const end = parse(values.planned_end_date);
  return start && end && end < start ? { planned_end_date: t('event-form.end_before') } : {};
}

/** The customer that is to be made along with the event. @param {import('../lib/form.js').Values} values */
function madeIn(values) {
  return values.made && values.made.id === values.customer ? values.made : null;
}

/**
 * Saves what was changed here. If somebody has changed the event since it was read, the reader decides.
 * @param {any} event @param {import('../lib/form.js').Values} values
 * @param {(question: import('./event-conflict.js').Question | null) => void} ask
 */
async function saveChanges(event, values, ask) {
  let body = changed(values);
  const now = await readEvent(event.id);
  if (now.updated !== values.base.updated) {
    body = await new Promise((resolve, reject) => {
      const nothing = { status: 400, response: { message: t('event-form.not_saved') } };
      ask({ mine: body, base: values.base, now, names: values.names, answer: (chosen) => (chosen ? resolve(chosen) : reject(nothing)) });
    }).finally(() => ask(null));
  }
  return Object.keys(body).length > 0 ? changeEvent(event.id, body, body.customer ? madeIn(values) : null) : now;
}

/** @param {Form} form @param {any} event */
async function leave(form, event) {
  const asks = { title: t('event-form.leave'), text: t('event-form.leave_text'), action: t('action.discard'), danger: true };
  if (form.dirty && !(await confirm(asks))) return;
  form.reset();
  go(event ? `/events/${event.id}` : '/events', { replace: true });
}
