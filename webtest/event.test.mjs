import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, wallText } from '../pb_public/js/lib/dates.js';
import { acts, between, mentioned } from '../pb_public/js/lib/diff.js';
import {
  changed,
  createBody,
  fieldsOf,
  firstValues,
  follow,
  previewBody,
  quickStarts,
  stageOf,
  valuesOf,
  withCustomer,
} from '../pb_public/js/lib/event-form.js';
import { movesOf, takesBack, tookPlace, writes } from '../pb_public/js/lib/event-moves.js';
import { newId } from '../pb_public/js/lib/ids.js';
import { mapLink, meetingLink } from '../pb_public/js/lib/maps.js';

const HK = 'Asia/Hong_Kong';
const at = (/** @type {string} */ text) => new Date(`${text}Z`);
const suggest = (/** @type {string} */ type, /** @type {string} */ customer) => `${type} – ${customer}`;
const wall = (/** @type {string} */ text, /** @type {string} */ zone) => wallText(/** @type {Date} */ (parse(text)), zone);

const event = {
  id: 'e1',
  status: 'planned',
  title: 'Visit',
  event_type: 'meeting',
  customer: 'c1',
  timezone: HK,
  planned_start_date: '2026-11-30 02:00:00.000Z',
  planned_end_date: '2026-11-30 04:00:00.000Z',
  assigned_staff: ['u1', 'u2'],
  auto_reminders: true,
  updated: '2026-11-20 00:00:00.000Z',
  expand: {
    customer: { id: 'c1', name: 'Harbour' },
    assigned_staff: [
      { id: 'u1', name: 'Ada' },
      { id: 'u2', name: 'Bo' },
    ],
  },
};

/** @param {Record<string, string>} [query] @param {object} [more] */
const blank = (query = {}, more = {}) => firstValues({ user: { id: 'u1', name: 'Ada' }, zone: HK, query, suggest, ...more });

// Steps

test('each status has its next step, and what is over is completed', () => {
  const before = at('2026-11-29T00:00:00');
  assert.equal(movesOf(event, before).next, 'confirm');
  assert.deepEqual(movesOf(event, before).others, ['start', 'complete', 'cancel']);
  assert.equal(movesOf({ ...event, status: 'confirmed' }, before).next, 'start');
  assert.equal(movesOf({ ...event, status: 'in_progress' }, before).next, 'complete');
  assert.equal(movesOf(event, at('2026-12-01T00:00:00')).next, 'complete');
  for (const status of ['completed', 'cancelled'])
    assert.deepEqual(movesOf({ ...event, status }, before), { next: null, others: ['reopen'] });
  assert.deepEqual(movesOf({ ...event, status: 'something' }, before), { next: null, others: [] });
});

test('starting and completing write when that was', () => {
  const now = at('2026-11-30T02:07:00');
  assert.deepEqual(writes('start', event, now), { status: 'in_progress', actual_start_date: '2026-11-30 02:07:00.000Z' });
  const begun = { ...event, status: 'in_progress', actual_start_date: '2026-11-30 02:07:00.000Z' };
  assert.deepEqual(writes('complete', begun, at('2026-11-30T03:50:00')), {
    status: 'completed',
    actual_start_date: '2026-11-30 02:07:00.000Z',
    actual_end_date: '2026-11-30 03:50:00.000Z',
  });
  assert.equal(writes('reopen', { ...begun, status: 'completed' }, now).actual_end_date, '');
  assert.equal(writes('reopen', { ...begun, status: 'cancelled' }, now).status, 'planned');
  assert.deepEqual(takesBack(event), { status: 'planned', actual_start_date: '', actual_end_date: '' });
});

test('what was forgotten for days ended when it was planned to, and never before it began', () => {
  assert.deepEqual(tookPlace(event, at('2026-12-03T09:00:00')), {
    actual_start_date: '2026-11-30 02:00:00.000Z',
    actual_end_date: '2026-11-30 04:00:00.000Z',
  });
  const late = { ...event, actual_start_date: '2026-12-01 02:00:00.000Z' };
  assert.equal(tookPlace(late, at('2026-12-01T03:00:00')).actual_end_date, '2026-12-01 03:00:00.000Z');
  const early = tookPlace(event, at('2026-11-20T03:00:00'));
  assert.equal(early.actual_start_date, early.actual_end_date);
});

// Differences

test('a moved event tells its start, and its end only where the length changed', () => {
  const moved = { ...event, planned_start_date: '2026-12-01 02:00:00.000Z', planned_end_date: '2026-12-01 04:00:00.000Z' };
  assert.deepEqual(
    between(event, moved).map((one) => one.field),
    ['planned_start_date'],
  );
  const longer = { ...moved, planned_end_date: '2026-12-01 05:00:00.000Z' };
  assert.deepEqual(
    between(event, longer).map((one) => one.field),
    ['planned_start_date', 'planned_end_date'],
  );
  assert.deepEqual(between(event, { ...event, assigned_staff: ['u2', 'u1'], location: undefined }), []);
});

/** @param {Partial<import('../pb_public/js/lib/diff.js').Row>} row */
const row = (row) => ({
  id: newId(),
  created: '2026-11-20 01:00:00.000Z',
  actor: 'u1',
  actor_name: 'Ada',
  action: 'update',
  collection: 'events',
  record: 'e1',
  changes: null,
  ...row,
});

test('a change and what followed for its reminders are one act; another change by the same person is another', () => {
  const told = acts([
    row({ created: '2026-11-21 01:00:00.020Z', collection: 'reminders', record: 'r1', changes: { send_datetime: ['a', 'b'] } }),
    row({ created: '2026-11-21 01:00:00.010Z', collection: 'reminders', record: 'r2', changes: { send_datetime: ['a', 'b'] } }),
    row({ created: '2026-11-21 01:00:00.000Z', changes: { planned_start_date: [event.planned_start_date, '2026-12-01 02:00:00.000Z'] } }),
    row({ created: '2026-11-20 01:00:00.000Z', action: 'create', changes: { title: ['', 'Visit'] } }),
    row({ created: '2026-11-20 01:00:00.500Z', changes: { status: ['planned', 'confirmed'] } }),
  ]);
  assert.deepEqual(
    told.map((act) => [act.action, act.changes.map((one) => one.field).join(), act.reminders.map((one) => one.deed).join()]),
    [
      ['update', 'planned_start_date', 'moved,moved'],
      ['update', 'status', ''],
      ['create', '', ''],
    ],
  );
});

test('what was done to a reminder is told in a word', () => {
  const deed = (/** @type {any} */ changes, action = 'update') =>
    acts([row({ collection: 'reminders', action, changes })])[0].reminders[0].deed;
  assert.equal(deed({ title: ['', 'Bring it'] }, 'create'), 'planned');
  assert.equal(deed({ title: ['Bring it', ''] }, 'delete'), 'removed');
  assert.equal(deed({ status: ['pending', 'cancelled'], status_reason: ['', 'by hand'] }), 'removed');
  assert.equal(deed({ status: ['pending', 'cancelled'], status_reason: ['', 'event cancelled'] }), 'cancelled');
  assert.equal(deed({ status: ['pending', 'sending'] }), 'sent');
  assert.equal(deed({ status: ['failed', 'sending'] }), 'retried');
  assert.equal(deed({ status: ['cancelled', 'pending'] }), 'revived');
  assert.equal(deed({ message: ['a', 'b'] }), 'edited');
});

test('an act that changed nothing readable is not told, and starting tells its time itself', () => {
  assert.deepEqual(acts([row({ changes: { created_by: ['', 'u1'] } })]), []);
  const [started] = acts([row({ changes: { status: ['confirmed', 'in_progress'], actual_start_date: ['', '2026-11-30 02:00:00.000Z'] } })]);
  assert.deepEqual(
    started.changes.map((one) => one.field),
    ['status'],
  );
});

test('what changes refer to is looked up by collection, each once', () => {
  const found = mentioned([
    { field: 'customer', from: 'c1', to: 'c2' },
    { field: 'assigned_staff', from: ['u1', 'u2'], to: ['u2', 'u3'] },
    { field: 'sales_responsible', from: '', to: 'u1' },
    { field: 'title', from: 'a', to: 'b' },
  ]);
  assert.deepEqual([...(found.get('users') ?? [])].sort(), ['u1', 'u2', 'u3']);
  assert.deepEqual([...(found.get('customers') ?? [])], ['c1', 'c2']);
  assert.equal(found.size, 2);
});

// The form

test('an id is one of PocketBase’s, and another each time', () => {
  assert.match(newId(), /^[a-z0-9]{15}$/);
  assert.notEqual(newId(), newId());
});

test('a new event begins with what its address says', () => {
  assert.equal(wall(blank({ start: '2026-12-08' }).planned_start_date, HK), '2026-12-08T10:00');
  assert.equal(wall(blank({ start: '2026-12-08T14:30' }).planned_start_date, HK), '2026-12-08T14:30');
  assert.equal(blank({ start: '2026-12-08T06:30:00.000Z' }).planned_start_date, '2026-12-08 06:30:00.000Z');
  assert.equal(blank({ start: 'nonsense' }).planned_start_date, '');
  const customer = { id: 'c9', name: 'Precision', address: 'Nanshan', timezone: 'Asia/Tokyo' };
  const values = blank({ start: '2026-12-08T10:00' }, { customer });
  assert.deepEqual(
    [values.customer, values.location, values.timezone, values.title],
    ['c9', 'Nanshan', 'Asia/Tokyo', 'customer_visit – Precision'],
  );
  assert.equal(wall(values.planned_start_date, 'Asia/Tokyo'), '2026-12-08T10:00');
});

test('a duplicate takes over all but the times, and keeps the length', () => {
  const values = blank({}, { source: event });
  assert.deepEqual([values.title, values.customer, values.assigned_staff, values.planned_start_date], ['Visit', 'c1', ['u1', 'u2'], '']);
  assert.equal(values.names.u2, 'Bo');
  assert.equal(follow(values, 'planned_start_date', '2026-12-07 02:00:00.000Z', suggest).planned_end_date, '2026-12-07 04:00:00.000Z');
});

test('the title is suggested until somebody types one', () => {
  let values = blank();
  const fill = (/** @type {object} */ change) => {
    values = { ...values, ...change };
  };
  fill({ customer: 'c1', ...withCustomer(values, { id: 'c1', name: 'Harbour' }, suggest) });
  assert.equal(values.title, 'customer_visit – Harbour');
  fill(follow(values, 'event_type', 'training', suggest));
  assert.equal(values.title, 'training – Harbour');
  fill(follow(values, 'title', 'My own', suggest));
  fill(follow(values, 'event_type', 'meeting', suggest));
  assert.equal(values.title, 'My own');
  fill(follow(values, 'title', '', suggest));
  fill(follow(values, 'event_type', 'other', suggest));
  assert.equal(values.title, 'other – Harbour');
});

test('another zone keeps the time of the clock, and the customer no longer changes it', () => {
  const values = { ...blank(), planned_start_date: '2026-11-30 02:00:00.000Z', planned_end_date: '2026-11-30 03:00:00.000Z' };
  const moved = { ...values, ...follow(values, 'timezone', 'Europe/London', suggest) };
  assert.equal(wall(moved.planned_start_date, 'Europe/London'), '2026-11-30T10:00');
  assert.equal(wall(moved.planned_end_date, 'Europe/London'), '2026-11-30T11:00');
  assert.equal('timezone' in withCustomer(moved, { id: 'c1', name: 'A', timezone: 'Asia/Tokyo' }, suggest), false);
  assert.deepEqual(follow(values, 'timezone', '', suggest), {});
});

test('a place that somebody typed stays, one that came with the customer goes with it', () => {
  const first = { ...blank(), ...withCustomer(blank(), { id: 'c1', name: 'A', address: 'Here' }, suggest) };
  assert.equal(withCustomer(first, { id: 'c2', name: 'B', address: 'There' }, suggest).location, 'There');
  const typed = { ...first, ...follow(first, 'location', 'Booth 4', suggest) };
  assert.equal('location' in withCustomer(typed, { id: 'c2', name: 'B', address: 'There' }, suggest), false);
  assert.equal(withCustomer({ ...first, contact_person: 'p1' }, null, suggest).contact_person, '');
});

test('quick starts are ahead, in order, and Monday is not told twice', () => {
  const words = (/** @type {string} */ now) => quickStarts(at(now), HK).map((one) => wallText(one.at, HK));
  assert.deepEqual(words('2026-11-24T03:07:00'), ['2026-11-24T11:05', '2026-11-24T14:00', '2026-11-25T10:00', '2026-11-30T10:00']);
  assert.deepEqual(words('2026-11-29T12:00:00'), ['2026-11-29T20:00', '2026-11-30T10:00']);
});

test('what is logged afterwards bears its stage, unless that is declined', () => {
  const values = { ...blank(), title: 'x', customer: 'c1', planned_start_date: '2026-11-20 02:00:00.000Z' };
  const now = at('2026-11-20T02:30:00');
  assert.equal(stageOf(values, at('2026-11-20T01:00:00')), '');
  assert.equal(stageOf(values, now), 'in_progress');
  assert.equal(createBody(values, now).status, 'in_progress');
  const done = createBody(values, at('2026-11-21T00:00:00'));
  assert.deepEqual(
    [done.status, done.actual_start_date, done.actual_end_date],
    ['completed', '2026-11-20 02:00:00.000Z', '2026-11-20 03:00:00.000Z'],
  );
  assert.equal('status' in createBody({ ...values, done: false }, at('2026-11-21T00:00:00')), false);
  assert.equal('location' in done, false, 'what is empty is left to the server');
});

test('only what was changed here is sent', () => {
  const values = valuesOf(event);
  assert.deepEqual(changed(values), {});
  assert.deepEqual(changed({ ...values, assigned_staff: ['u2', 'u1'] }), {});
  assert.deepEqual(changed({ ...values, title: 'Other', auto_reminders: false }), { title: 'Other', auto_reminders: false });
  assert.deepEqual(fieldsOf({}).assigned_staff, []);
});

test('a preview needs a start, and names a customer who is not saved yet', () => {
  const values = { ...blank(), customer: 'n1', made: { id: 'n1', name: 'New & Co' }, title: 'x' };
  assert.equal(previewBody(values, ''), null);
  assert.equal(previewBody({ ...values, planned_start_date: '0002-11-30 02:00:00.000Z' }, ''), null);
  const body = previewBody({ ...values, planned_start_date: '2026-11-30 02:00:00.000Z' }, '');
  assert.deepEqual([body?.customer, body?.customer_name, 'id' in (body ?? {})], ['', 'New & Co', false]);
  assert.deepEqual(previewBody({ ...valuesOf(event), title: 'Other' }, 'e1'), {
    id: 'e1',
    title: 'Other',
    planned_start_date: event.planned_start_date,
  });
});

test('a place leads to the map that works where the reader is', () => {
  assert.equal(
    mapLink('1 Queen’s Road & Co', { locale: 'en' }),
    'https://www.openstreetmap.org/search?query=1%20Queen%E2%80%99s%20Road%20%26%20Co',
  );
  assert.match(mapLink('深圳', { locale: 'zh-CN' }), /^https:\/\/uri\.amap\.com\/search\?keyword=%E6/);
  assert.match(mapLink('深圳', { locale: 'en', phone: '+8613800138000' }), /amap/);
  assert.equal(meetingLink(' https://meet.example.test/abc '), 'https://meet.example.test/abc');
  for (const place of ['javascript:alert(1)', 'Video call', 'https://a.test see below']) assert.equal(meetingLink(place), '');
});
