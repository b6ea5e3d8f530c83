import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  begin,
  byType,
  changed,
  inLanguage,
  inWords,
  obstacles,
  offered,
  plain,
  quick,
  quickTimes,
  smsRoom,
  team,
  valuesOf,
} from '../pb_public/js/lib/reminder-form.js';
import { belongs, byReminder, causes, channelResult, groups, isOverdue, tally, told } from '../pb_public/js/lib/reminder-list.js';

const HK = 'Asia/Hong_Kong';
const now = new Date('2026-11-23T08:00:00Z');
const at = (/** @type {string} */ text) => new Date(text);

test('the usual times are by the clocks of the event, and those that have passed say so', () => {
  const times = quickTimes(at('2026-11-25T06:30:00Z'), now, HK); // 14:30 in Hong Kong
  assert.deepEqual(
    times.map((one) => [one.key, one.at.toISOString(), one.past]),
    [
      ['before_7', '2026-11-18T06:30:00.000Z', true],
      ['before_3', '2026-11-22T06:30:00.000Z', true],
      ['before_1', '2026-11-24T06:30:00.000Z', false],
      ['morning', '2026-11-25T00:00:00.000Z', false],
      ['soon', '2026-11-23T08:10:00.000Z', false],
    ],
  );
});

test('a day before means that day at that hour, over a change of the clocks too', () => {
  const [, , one] = quickTimes(at('2026-11-01T17:00:00Z'), at('2026-10-01T00:00:00Z'), 'America/New_York'); // noon, the clocks went back at night
  assert.equal(one.at.toISOString(), '2026-10-31T16:00:00.000Z');
});

test('an early event has no morning before it, one without a start only what is soon', () => {
  const early = quickTimes(at('2026-11-24T23:00:00Z'), now, HK); // 07:00
  assert.ok(!early.some((one) => one.key === 'morning'));
  assert.deepEqual(
    quickTimes(null, now, HK).map((one) => one.key),
    ['soon'],
  );
});

const people = {
  expand: {
    sales_responsible: { id: 'r', name: 'Rita', active: true },
    assigned_staff: [
      { id: 'a', name: 'Ann', active: true },
      { id: 'r', name: 'Rita', active: true },
      { id: 'x', name: 'Xu', active: false },
    ],
  },
};

test('a new reminder is for the active team, by email, the day before', () => {
  const event = { ...people, planned_start_date: '2026-12-23 06:30:00.000Z' };
  const all = [
    { name: 'email', enabled: true },
    { name: 'sms', enabled: true },
  ];
  const values = begin(event, { now, zone: HK, channels: all });
  assert.deepEqual(values.recipients, ['r', 'a']);
  assert.deepEqual(values.channels, ['email']);
  assert.equal(values.send_datetime, '2026-12-22 06:30:00.000Z');
  assert.deepEqual(begin(event, { now, zone: HK, channels: [{ name: 'sms', enabled: true }] }).channels, ['sms']);
  assert.deepEqual(begin(event, { now, zone: HK, channels: [] }).channels, ['email'], 'before anything is known of them');
  const past = begin({ planned_start_date: '2026-11-01 06:30:00.000Z' }, { now, zone: HK, channels: all });
  assert.equal(past.send_datetime, '', 'nothing is suggested into the past');
  assert.deepEqual(past.recipients, []);
});

test('only what was changed is saved', () => {
  const saved = { id: 'x', status: 'pending', title: 'A', message: '', recipients: ['r'], channels: ['email'], contact_recipients: [] };
  const before = valuesOf({ ...saved, reminder_type: 'custom', send_datetime: '2026-11-25 06:30:00.000Z' });
  assert.ok(!('status' in before) && !('id' in before));
  assert.deepEqual(changed(before, { ...before }), {});
  assert.deepEqual(changed(before, { ...before, title: 'B', recipients: ['r', 'a'] }), { title: 'B', recipients: ['r', 'a'] });
});

test('the team is told once, who answers for the event first', () => {
  assert.deepEqual(
    team(people).map((one) => [one.id, one.part]),
    [
      ['r', 'responsible'],
      ['a', 'assigned'],
      ['x', 'assigned'],
    ],
  );
  assert.deepEqual(team({}), []);
});

test('a picker shows who is at hand and who is chosen, known by name or not', () => {
  const ids = (/** @type {string[]} */ chosen) =>
    offered(team(people), chosen, [{ id: 'k', name: 'Kit' }]).map((one) => `${one.id} ${one.name}`);
  assert.deepEqual(ids([]), ['r Rita', 'a Ann']);
  assert.deepEqual(ids(['x', 'k', 'u']), ['r Rita', 'a Ann', 'x Xu', 'k Kit', 'u ']);
});

test('templates are shown in the reader’s language, else in another, three of them at hand', () => {
  const all = [
    { id: 1, key: 'equipment_checkout', locale: 'en', reminder_type: 'equipment' },
    { id: 2, key: 'equipment_checkout', locale: 'zh-HK', reminder_type: 'equipment' },
    { id: 3, key: 'own', locale: 'en', reminder_type: 'custom' },
    { id: 4, key: 'pre_departure_checklist', locale: 'zh-HK', reminder_type: 'checklist' },
  ];
  const shown = inLanguage(all, 'zh-HK');
  assert.deepEqual(
    shown.map((one) => one.id),
    [2, 3, 4],
  );
  assert.deepEqual(
    quick(shown).map((one) => one.id),
    [4, 2],
  );
  assert.deepEqual(
    byType(shown).map((group) => group.type),
    ['checklist', 'equipment', 'custom'],
  );
});

test('words are shown without their marks, variables by what they stand for', () => {
  const say = (/** @type {string} */ name) => name.toUpperCase();
  assert.equal(
    plain('### Hello {{ recipient.name }},\n\n**Bring**:\n- a `lamp`\n- [a map](https://m.example/x)', say),
    'Hello ‹RECIPIENT.NAME›,\nBring:\n· a lamp\n· a map',
  );
  assert.equal(plain('{%- if event.title != "" %}{{ event.start | date: "%H:%M" }}{% endif %} <b>', say), '‹EVENT.START› <b>');
});

test('whom a chosen channel passes by', () => {
  const preview = { recipients: [{ id: 'a', channels: { email: '', sms: 'no phone number' } }] };
  assert.deepEqual(obstacles(preview, 'a'), [['sms', 'no phone number']]);
  assert.deepEqual(obstacles(preview, 'b'), []);
  assert.deepEqual(obstacles(null, 'a'), []);
});

test('the room of an SMS', () => {
  assert.deepEqual(smsRoom({ encoding: 'GSM-7' }), { single: 160, joined: 153 });
  assert.deepEqual(smsRoom({ encoding: 'UCS-2' }), { single: 70, joined: 67 });
});

test('a refusal is told in the reader’s words where there are some', () => {
  const error = {
    status: 400,
    response: {
      message: 'No.',
      data: {
        title: { code: 'validation_template', message: 'Line 2', params: { line: 2 } },
        channels: { code: 'other', message: 'Theirs' },
      },
    },
  };
  const words = (/** @type {string} */ code, /** @type {any} */ params) => (code === 'template' ? `line ${params.line}` : null);
  assert.deepEqual(inWords(error, words).response.data, {
    title: { code: '', message: 'line 2' },
    channels: { code: 'other', message: 'Theirs' },
  });
  const offline = new Error('offline');
  assert.equal(inWords(offline, words), offline);
});

const due = (/** @type {string} */ status, minutes = 60) => ({
  status,
  send_datetime: new Date(now.getTime() + minutes * 60_000).toISOString(),
});

test('what should have left is overdue after five minutes', () => {
  assert.ok(isOverdue(due('pending', -6), now) && isOverdue(due('sending', -6), now));
  for (const fine of [
    due('pending', -4),
    due('pending', 5),
    due('sent', -60),
    due('cancelled', -60),
    { status: 'pending', send_datetime: '' },
  ]) {
    assert.ok(!isOverdue(fine, now), JSON.stringify(fine));
  }
});

test('the numbers: what is partly sent was sent and has failed', () => {
  const all = [
    due('pending'),
    due('pending', -10),
    due('sending', -1),
    due('sent'),
    due('partial'),
    due('failed'),
    due('skipped'),
    due('cancelled'),
  ];
  assert.deepEqual(tally(all, now), { total: 8, pending: 3, sent: 2, overdue: 1, failed: 2 });
  assert.equal(all.filter((r) => belongs(r, 'failed', now)).length, 2);
  assert.equal(all.filter((r) => belongs(r, 'total', now)).length, 8);
});

test('a channel tells what came of its messages, the worst first', () => {
  const reminder = { channel_status: { sms: { queued: 0, sent: 2, failed: 1, skipped: 1 } } };
  const keys = (/** @type {any[]} */ deliveries) => channelResult(reminder, 'sms', deliveries)?.map((one) => `${one.n} ${one.key}`);
  assert.deepEqual(keys([]), ['1 failed', '2 sent', '1 skipped']);
  assert.deepEqual(keys([{ channel: 'sms', provider: 'sandbox', status: 'sent' }]), ['1 failed', '2 kept', '1 skipped']);
  assert.equal(channelResult(reminder, 'email', []), null);
  assert.equal(channelResult({}, 'sms', []), null);
});

test('the same cause is told once, a failure before what was passed over', () => {
  const deliveries = [
    { status: 'skipped', channel: 'sms', error: 'no phone number' },
    { status: 'failed', channel: 'sms', error: 'gateway', error_class: 'transient' },
    { status: 'failed', channel: 'sms', error: 'gateway', error_class: 'transient' },
  ];
  assert.deepEqual(
    causes({ status: 'failed' }, deliveries).map((one) => one.words),
    ['gateway', 'no phone number'],
  );
  assert.deepEqual(
    causes({ status: 'cancelled', status_reason: 'event cancelled' }, []).map((one) => one.words),
    ['event cancelled'],
  );
  assert.deepEqual(causes({ status: 'sent', status_reason: 'x' }, []), []);
});

test('every recipient has a row for each channel, planned or come to pass', () => {
  const reminder = {
    status: 'pending',
    recipients: ['a', 'gone'],
    contact_recipients: ['c'],
    channels: ['email', 'sms'],
    expand: { recipients: [{ id: 'a', name: 'Ann' }] },
  };
  const planned = groups(reminder, []);
  assert.deepEqual(
    planned.map((one) => [one.id, one.contact, one.person?.name, one.rows.length]),
    [
      ['a', false, 'Ann', 2],
      ['gone', false, undefined, 2],
      ['c', true, undefined, 2],
    ],
  );
  const sent = groups({ ...reminder, status: 'sent' }, [
    { id: 'd', user: 'left', contact: '', channel: 'sms', expand: { user: { name: 'Leo' } } },
  ]);
  assert.deepEqual(
    sent.map((one) => [one.id, one.rows.length]),
    [
      ['a', 0],
      ['gone', 0],
      ['c', 0],
      ['left', 1],
    ],
  );
  assert.equal(sent[3].person.name, 'Leo');
});

test('deliveries find their reminder', () => {
  const of = byReminder([
    { id: 1, reminder: 'a' },
    { id: 2, reminder: 'b' },
    { id: 3, reminder: 'a' },
  ]);
  assert.deepEqual(
    of.get('a')?.map((d) => d.id),
    [1, 3],
  );
});

test('the history tells what means something', () => {
  const entry = {
    action: 'update',
    changes: { generation: [0, 1], status: ['pending', 'sending'], detached: [[], ['title']], title: ['A', 'B'] },
  };
  assert.deepEqual(
    told(entry).map((one) => one.field),
    ['status', 'title'],
  );
  assert.deepEqual(told({ action: 'create', changes: { title: ['', 'A'] } }), []);
  assert.deepEqual(told({ action: 'update', changes: null }), []);
});
