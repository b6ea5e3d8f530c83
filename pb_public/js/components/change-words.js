// A change of an event in one sentence, as it follows the name of who made it.
import { moment, parse, zoneName } from '../lib/dates.js';
import { intl, list, t } from '../lib/i18n.js';

/** @typedef {import('../lib/diff.js').Change} Change */
/** @typedef {{names: Record<string, string>, zone: string}} Known the names of what is referred to, and the zone of the event */

const LONGEST = 80;

/** @param {Change} change @param {Known} known @returns {string} "moved the start from Mon 09:00 to Tue 10:00" */
export function changeWords(change, known) {
  const { field, from, to } = change;
  switch (field) {
    case 'status':
      return t(`event.did.${statusDeed(from, to)}`);
    case 'assigned_staff':
      return teamWords(from ?? [], to ?? [], known);
    case 'auto_reminders':
      return t(to ? 'event.did.auto_on' : 'event.did.auto_off');
    case 'description':
      return t(from ? (to ? 'event.did.about' : 'event.did.about_removed') : 'event.did.about_added');
    case 'planned_start_date':
      return from && to ? t('event.did.moved', spoken(change, known)) : plainWords(change, known);
    default:
      return plainWords(change, known);
  }
}

/** @param {Change} change @param {Known} known */
function plainWords(change, known) {
  const params = { field: t(`event.field.${change.field}`), ...spoken(change, known) };
  if (!change.from) return t('event.did.set', params);
  return t(change.to ? 'event.did.changed' : 'event.did.removed', params);
}

/** @param {Change} change @param {Known} known */
function spoken(change, known) {
  return { from: valueWords(change.field, change.from, known), to: valueWords(change.field, change.to, known) };
}

/** A value of a field as it is read. @param {string} field @param {any} value @param {Known} known @returns {string} */
export function valueWords(field, value, known) {
  if (Array.isArray(value)) return list(value.map((one) => valueWords(field, one, known))) || t('event.nothing');
  if (value === true || value === false) return t(value ? 'event.on' : 'event.off');
  if (!value) return t('event.nothing');
  const at = field.endsWith('_date') ? parse(value) : null;
  if (at) return moment(at, known.zone, intl(), new Date());
  if (field === 'event_type') return t(`type.${value}`);
  if (field === 'status') return t(`event.${value}`);
  if (field === 'timezone') return zoneName(value, new Date(), intl());
  const name = known.names[value];
  if (name !== undefined) return apart(name);
  return ['customer', 'contact_person', 'sales_responsible', 'assigned_staff', 'reminder_plan'].includes(field)
    ? t('event.unknown')
    : quoted(value);
}

/** @param {string} text */
function quoted(text) {
  return t('event.quoted', { text: apart(text.length > LONGEST ? `${text.slice(0, LONGEST).trimEnd()}…` : text) });
}

/** Another direction of writing ends where the text ends. @param {string} text */
const apart = (text) => `\u2068${text}\u2069`;

/** @param {string} from @param {string} to */
function statusDeed(from, to) {
  if ((from === 'cancelled' || from === 'completed') && to !== 'cancelled' && to !== 'completed') return 'reopened';
  return ['confirmed', 'in_progress', 'completed', 'cancelled'].includes(to) ? to : 'planned';
}

/** @param {string[]} from @param {string[]} to @param {Known} known */
function teamWords(from, to, known) {
  const added = to.filter((id) => !from.includes(id));
  const gone = from.filter((id) => !to.includes(id));
  const named = (/** @type {string[]} */ ids) => list(ids.map((id) => known.names[id] ?? t('recipient.unknown')));
  const parts = [
    added.length > 0 && t('event.did.team_added', { people: named(added) }),
    gone.length > 0 && t('event.did.team_removed', { people: named(gone) }),
  ];
  return parts.filter(Boolean).join(t('event.did.and'));
}
