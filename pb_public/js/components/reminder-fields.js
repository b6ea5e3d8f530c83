// The form of a reminder with its preview beside it.
import { useState } from 'preact/hooks';
import { saveReminder } from '../data/reminders.js';
import { parse } from '../lib/dates.js';
import { useForm } from '../lib/form.js';
import { html } from '../lib/html.js';
import { languageName, t } from '../lib/i18n.js';
import { begin, changed, inWords, TYPES, valuesOf } from '../lib/reminder-form.js';
import { go } from '../lib/router.js';
import { channels, toast, zoneOf } from '../lib/state.js';
import { typeIcon } from '../lib/status.js';
import { Button, Choice, LinkButton } from './button.js';
import { ChannelCards } from './channel-cards.js';
import { Field, FormError, TextArea, TextField } from './field.js';
import { Icon } from './icon.js';
import { MessagePreview } from './message-preview.js';
import { PeoplePicker } from './people-picker.js';
import { refusal, useReminderPreview } from './reminder-preview.js';
import { originWords } from './reminder-times.js';
import { useTemplateFill } from './template-fill.js';
import { TemplatePicker } from './template-picker.js';
import { TimeField } from './time-field.js';

/** @typedef {import('../lib/form.js').Form} Form */

/** @param {{event: any, reminder: any, contacts: any[], templates: any[], deleted: boolean, back: string}} props reminder: null for a new one */
export function ReminderFields({ event, reminder, contacts, templates, deleted, back }) {
  const zone = zoneOf(event);
  const [before, setBefore] = useState(() =>
    reminder ? valuesOf(reminder) : begin(event, { now: new Date(), zone, channels: channels.peek() }),
  );
  const form = useReminderForm(event, reminder, before);
  const of = { ...(reminder ? { id: reminder.id } : {}), event: event.id };
  const shown = useReminderPreview({ ...of, ...form.values });
  const fill = useTemplateFill(form, of);
  const sms = (shown.preview?.messages ?? []).flatMap((/** @type {any} */ one) => one.sms ?? []);
  const left = deleted || (reminder && reminder.status !== 'pending');
  const known = { users: reminder?.expand?.recipients ?? [], contacts: reminder?.expand?.contact_recipients ?? [] };
  const takeTheirs = (/** @type {Record<string, any>} */ theirs) => {
    setBefore(valuesOf(reminder));
    form.fill(theirs);
  };
  return html`<form class="reminder-split" novalidate onSubmit=${form.submit}>
    <div class="card form rem-form-card">
      <${Meanwhile} form=${form} reminder=${reminder} before=${before} left=${left} deleted=${deleted} take=${takeTheirs} />
      <${FormError} form=${form} />
      <${TemplatePicker} templates=${templates} busy=${fill.busy} pick=${fill.pick} />
      <${TypeField} form=${form} />
      <div><${TextField} form=${form} name="title" label=${t('reminders.title_field')} maxlength=${200} dir="auto" /><${Wrong} words=${!form.errors.title && shown.wrong.title} /></div>
      <${Message} form=${form} shown=${shown} written=${fill.locale} />
      <${TimeField} form=${form} event=${event} zone=${zone} unmoved=${reminder !== null && form.values.send_datetime === before.send_datetime} />
      <${PeoplePicker} form=${form} event=${event} contacts=${contacts} known=${known} preview=${shown.preview} />
      <${ChannelCards} form=${form} sms=${sms} />
      <${FormBar} back=${back} busy=${form.busy} save=${left ? '' : t(reminder ? 'reminders.save' : 'reminders.create')} />
    </div>
    <div class="rem-preview-side"><${MessagePreview} shown=${shown} chosen=${form.values.channels} /></div>
  </form>`;
}

/** @param {{form: Form}} props */
function TypeField({ form }) {
  const options = TYPES.map((value) => ({ value, label: t(`reminder.${value}`), icon: typeIcon(value) }));
  const choose = (/** @type {string} */ to) => form.set('reminder_type', to);
  return html`<${Field} form=${form} name="reminder_type" label=${t('reminders.type')} group>
    <div class="rem-type-chips"><${Choice} chips label=${t('reminders.type')} value=${form.values.reminder_type} onChange=${choose} options=${options} /></div>
  <//>`;
}

/** @param {{back: string, busy: boolean, save: string}} props save: what the button says; empty where nothing can be saved */
function FormBar({ back, busy, save }) {
  return html`<div class="rem-form-bar">
    <${LinkButton} href=${back}>${t('action.cancel')}<//>
    ${save && html`<${Button} type="submit" primary busy=${busy}>${save}<//>`}
  </div>`;
}

/** @param {any} event @param {any} reminder @param {Record<string, any>} before */
function useReminderForm(event, reminder, before) {
  return useForm({
    initial: before,
    draft: reminder ? `reminder.${reminder.id}` : `reminder.new.${event.id}`,
    required: ['title', 'send_datetime'],
    check: (values) => lacking(values, before, reminder !== null),
    save: async (values) => {
      try {
        return await saveReminder(reminder?.id ?? '', reminder ? changed(before, values) : { ...values, event: event.id });
      } catch (error) {
        throw inWords(error, refusal);
      }
    },
    saved: (saved) => {
      toast(t(reminder ? 'state.saved' : 'reminders.created'));
      go(reminder ? `/reminders/${saved.id}` : `/events/${event.id}/reminders`);
    },
  });
}

/** @param {Record<string, any>} values @param {Record<string, any>} before @param {boolean} edits @returns {Record<string, string>} */
function lacking(values, before, edits) {
  /** @type {Record<string, string>} */
  const errors = {};
  const at = parse(values.send_datetime);
  const moved = !edits || values.send_datetime !== before.send_datetime;
  if (at && moved && at <= new Date()) errors.send_datetime = t('reminders.invalid.in_past');
  if (values.recipients.length + values.contact_recipients.length === 0) errors.recipients = t('reminders.invalid.nobody');
  if (values.channels.length === 0) errors.channels = t('reminders.invalid.no_channel');
  return errors;
}

/** What the server could not show, at its field. @param {{words: string | false | undefined}} props */
function Wrong({ words }) {
  return words ? html`<p class="field-error"><${Icon} name="alert-circle" /><span>${words}</span></p>` : null;
}

/**
 * The message, and what must be known of its words: readers of another language get them as they stand.
 * @param {{form: Form, shown: import('./reminder-preview.js').Shown, written: string}} props written: the language of the template it was filled from
 */
function Message({ form, shown, written }) {
  const other = written && (shown.preview?.messages ?? []).find((/** @type {any} */ one) => one.locale !== written);
  const look = () => {
    const preview = document.getElementById('preview-title');
    preview?.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'instant' : 'smooth' });
    preview?.focus({ preventScroll: true });
  };
  return html`<div class="rem-message-field">
    <${TextArea} form=${form} name="message" label=${t('reminders.message')} rows=${9} hint=${t('reminders.message_hint')} />
    <${Wrong} words=${!form.errors.message && shown.wrong.message} />
    ${other && html`<p class="quiet-note"><${Icon} name="language" /><span>${t('reminders.as_written', { reader: other.reader, language: languageName(other.locale), written: languageName(written) })}</span></p>`}
    <button type="button" class="rem-to-preview" onClick=${look}><${Icon} name="eye" />${t('reminders.to_preview')}</button>
  </div>`;
}

/**
 * What the writer must know: a draft of before, whose hands it was in, and what others did meanwhile.
 * @param {{form: Form, reminder: any, before: Record<string, any>, left: boolean, deleted: boolean, take: (theirs: Record<string, any>) => void}} props
 */
function Meanwhile({ form, reminder, before, left, deleted, take }) {
  const theirs = reminder ? changed(before, valuesOf(reminder)) : {};
  if (left) {
    return html`<p class="banner tone-warn" role="alert"><${Icon} name="lock" /><span>${deleted ? t('reminders.gone') : t(`reminders.fixed.${reminder.status}`)} ${t('reminders.left_text')}</span></p>`;
  }
  return html`${form.restored && html`<p class="banner tone-quiet"><${Icon} name="history" /><span>${t('state.draft')} <button type="button" class="rem-text-button" onClick=${form.reset}>${t('action.discard')}</button></span></p>`}
    ${Object.keys(theirs).length > 0 && html`<p class="banner tone-warn" role="status"><${Icon} name="users" /><span>${t('reminders.theirs')} <button type="button" class="rem-text-button" onClick=${() => take(theirs)}>${t('reminders.take_theirs')}</button></span></p>`}
    ${reminder?.origin === 'plan' && html`<p class="banner tone-quiet"><${Icon} name="timeline" /><span>${originWords(reminder).join(t('reminders.comma'))}. ${t('reminders.detaches')}</span></p>`}`;
}
