// What pages ask about reminders and their messages.
import { ask, pb } from '../lib/api.js';

/** @param {string} event @returns {Promise<any[]>} the earliest first, with recipients and the step of the plan */
export function remindersOf(event) {
  return pb.collection('reminders').getFullList({
    filter: pb.filter('event = {:event}', { event }),
    sort: 'send_datetime,id',
    expand: 'recipients,contact_recipients,plan_step',
  });
}

/** @param {string} event @returns {Promise<any[]>} the messages of all its reminders, one for each person and channel */
export function deliveriesOf(event) {
  return pb.collection('deliveries').getFullList({
    filter: pb.filter('event = {:event} && kind = "reminder"', { event }),
    sort: 'created,user,contact,channel,id',
    expand: 'user,contact',
  });
}

/** What every page about reminders shows of an event. @param {string} id */
export function eventOf(id) {
  return pb.collection('events').getOne(id, { expand: 'customer,contact_person,sales_responsible,assigned_staff' });
}

/** @param {string} id @returns {Promise<any>} with its event, its recipients, and the step and plan it comes from */
export function reminderNamed(id) {
  return pb.collection('reminders').getOne(id, {
    expand:
      'event.customer,event.contact_person,event.sales_responsible,event.assigned_staff,recipients,contact_recipients,plan_step.plan,created_by',
  });
}

/** @param {string} reminder @returns {Promise<any[]>} its messages, one for each person and channel */
export function messagesOf(reminder) {
  return pb.collection('deliveries').getFullList({
    filter: pb.filter('reminder = {:reminder}', { reminder }),
    sort: 'user,contact,channel,created,id',
    expand: 'user,contact',
  });
}

/** @param {string} reminder @returns {Promise<any[]>} what happened to it, the latest first */
export async function changesOf(reminder) {
  const found = await pb.collection('audit_log').getList(1, 100, {
    filter: pb.filter('collection = "reminders" && record = {:reminder}', { reminder }),
    sort: '-created',
    skipTotal: true,
  });
  return found.items;
}

/** Every template in every language. @returns {Promise<any[]>} */
export function templates() {
  return pb.collection('reminder_templates').getFullList({ sort: 'created,key', fields: 'id,key,locale,reminder_type,title,message' });
}

/** The people at a customer's who can be reminded. @param {string} customer @returns {Promise<any[]>} */
export function contactsOf(customer) {
  return pb
    .collection('contacts')
    .getFullList({ filter: pb.filter('customer = {:customer}', { customer }), sort: 'name', fields: 'id,name,title,active' });
}

/**
 * What a reminder would send, by every channel; with `template`, filled from that template.
 * @param {Record<string, any>} draft @param {AbortSignal} [signal]
 */
export function previewReminder(draft, signal) {
  return ask('POST', 'preview/reminder', { body: draft, signal });
}

/** @param {string} id empty for a new one @param {Record<string, any>} values @returns {Promise<any>} */
export function saveReminder(id, values) {
  const all = pb.collection('reminders');
  return id ? all.update(id, values) : all.create(values);
}

/** @param {string} id */
export function sendReminder(id) {
  return ask('POST', `reminders/${encodeURIComponent(id)}/send`);
}

/** @param {string} id */
export function retryReminder(id) {
  return ask('POST', `reminders/${encodeURIComponent(id)}/retry`);
}

/** A planned one stays as cancelled by hand, so that replanning respects it; one made by hand is gone. @param {string} id */
export function deleteReminder(id) {
  return pb.collection('reminders').delete(id);
}
