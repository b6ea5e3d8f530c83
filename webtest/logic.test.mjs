import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needed, SCOPE, tokenOf } from '../pb_public/js/lib/addresses.js';
import { explain, sentence } from '../pb_public/js/lib/errors.js';
import { disarmed } from '../pb_public/js/lib/mail.js';
import { blocks, spans } from '../pb_public/js/lib/markdown.js';
import { canRetry, canSend, initials, inOrder, leadDays, mayChange, merge, recipients, wasKept } from '../pb_public/js/lib/reminders.js';
import { eventLook, isOverdue, reminderLook } from '../pb_public/js/lib/status.js';

test('the dashboard and the API are left to the browser', () => {
  for (const ours of ['/', '/events/a', '/users', '/apis']) assert.ok(SCOPE.test(ours), ours);
  for (const other of ['/_/', '/api/health', '/u/token']) assert.ok(!SCOPE.test(other), other);
});

test('offline a reader needs the words of one language, and no chart', () => {
  const all = [
    'js/main.js',
    'js/i18n/en/core.js',
    'js/i18n/zh-HK/core.js',
    'vendor/chart.js@4.6.1/chart.umd.min.js',
    'vendor/x@1/LICENSE',
    'routes.json',
  ];
  assert.deepEqual(needed(all, 'zh-HK'), ['js/main.js', 'js/i18n/zh-HK/core.js']);
});

test('a one-time token is read behind # and in the query', () => {
  assert.equal(tokenOf({ hash: '#token=abc', search: '' }), 'abc');
  assert.equal(tokenOf({ hash: '', search: '?token=abc' }), 'abc');
  assert.equal(tokenOf({ hash: '', search: '' }), '');
});

test('who may change an event, as the server decides', () => {
  const event = { created_by: 'c', sales_responsible: 's', assigned_staff: ['a', 'b'] };
  for (const [id, role, may] of [
    ['x', 'admin', true],
    ['x', 'manager', true],
    ['x', 'staff', false],
    ['c', 'staff', true],
    ['s', 'staff', true],
    ['b', 'staff', true],
    ['s', 'viewer', false],
  ])
    assert.equal(mayChange({ id, role }, event), may, `${role} ${id}`);
  assert.ok(!mayChange(null, event));
});

test('what can be sent and what can be tried again', () => {
  const open = { status: 'planned' };
  assert.ok(canSend({ status: 'pending' }, open));
  assert.ok(!canSend({ status: 'sent' }, open));
  assert.ok(canRetry({ status: 'failed' }, open) && canRetry({ status: 'partial' }, open));
  assert.ok(!canRetry({ status: 'pending' }, open));
  for (const status of ['completed', 'cancelled']) {
    assert.ok(!canSend({ status: 'pending' }, { status }));
    assert.ok(!canRetry({ status: 'failed' }, { status }));
  }
});

test('a message that was kept is never called sent', () => {
  const reminder = { channels: ['email'], status: 'sent' };
  assert.ok(
    wasKept(
      reminder,
      [
        { status: 'sent', provider: 'sandbox' },
        { status: 'failed', provider: 'smtp' },
      ],
      [],
    ),
  );
  assert.ok(
    !wasKept(
      reminder,
      [
        { status: 'sent', provider: 'sandbox' },
        { status: 'delivered', provider: 'smtp' },
      ],
      [],
    ),
  );
  assert.ok(wasKept(reminder, undefined, [{ name: 'email', state: 'sandbox' }]));
  assert.ok(!wasKept(reminder, undefined, [{ name: 'email', state: 'ready' }]));
  assert.equal(reminderLook(reminder, true).key, 'reminder.kept');
  assert.equal(reminderLook({ status: 'failed' }, true).key, 'reminder.failed');
});

test('an event is overdue when it has not begun, or has not ended, in time', () => {
  const now = new Date('2026-11-23T01:00:00Z');
  const event = { planned_start_date: '2026-11-22 01:00:00.000Z', planned_end_date: '2026-11-22 02:00:00.000Z' };
  for (const status of ['planned', 'confirmed', 'in_progress']) {
    assert.equal(isOverdue({ ...event, status }, now), true, status);
  }
  for (const status of ['completed', 'cancelled']) {
    assert.equal(isOverdue({ ...event, status }, now), false, status);
  }
  assert.equal(eventLook({ ...event, status: 'in_progress', planned_end_date: '2026-11-24 01:00:00.000Z' }, now).key, 'event.in_progress');
});

test('a changed record takes its place, keeps what was expanded, and never goes back in time', () => {
  const list = [
    { id: 'a', updated: '2', status: 'pending', expand: { event: 1 } },
    { id: 'b', updated: '2' },
  ];
  assert.deepEqual(merge(list, 'update', { id: 'a', updated: '3', status: 'sent' })[0], {
    id: 'a',
    updated: '3',
    status: 'sent',
    expand: { event: 1 },
  });
  assert.equal(merge(list, 'update', { id: 'a', updated: '1', status: 'sent' })[0].status, 'pending');
  assert.equal(merge(list, 'create', { id: 'c' }, true).length, 3);
  assert.equal(merge(list, 'create', { id: 'c' }).length, 2);
  assert.deepEqual(
    merge(list, 'delete', { id: 'a' }).map((r) => r.id),
    ['b'],
  );
});

test('reminders stand in the order of their times', () => {
  const at = (id, send_datetime) => ({ id, send_datetime });
  assert.deepEqual(
    inOrder([at('b', '2026-01-02'), at('c', '2026-01-01'), at('a', '2026-01-02')]).map((r) => r.id),
    ['c', 'a', 'b'],
  );
  assert.equal(
    leadDays(new Date(1), new Date(2), () => 3),
    3,
  );
  assert.equal(
    leadDays(new Date(3), new Date(2), () => 3),
    null,
  );
});

test('people are named, and have letters', () => {
  const reminder = {
    recipients: ['u'],
    contact_recipients: ['c', 'gone'],
    expand: { recipients: [{ id: 'u', name: 'Ada' }], contact_recipients: [{ id: 'c', name: 'Ben' }] },
  };
  assert.deepEqual(
    recipients(reminder).map((r) => r.name),
    ['Ada', 'Ben', ''],
  );
  for (const [name, letters] of [
    ['Ada Wong', 'AW'],
    ['Grace Lam 林嘉欣', 'GL'],
    ['陳大文', '大文'],
    ['李晓明 Li Xiaoming', '晓明'],
    ['Cher', 'C'],
    ['', '?'],
  ]) {
    assert.equal(initials(name), letters, name);
  }
});

test('errors are told apart by what can be done about them', () => {
  const kinds = {
    0: 'offline',
    400: 'invalid',
    401: 'signed_out',
    403: 'forbidden',
    404: 'missing',
    429: 'busy',
    500: 'server',
    503: 'server',
  };
  for (const [status, kind] of Object.entries(kinds)) assert.equal(explain({ status: Number(status) }).kind, kind, status);
  assert.equal(explain({ isAbort: true, status: 0 }).kind, 'aborted');
  const problem = explain({
    status: 400,
    response: { message: 'No.', data: { email: { code: 'validation_required', message: 'Cannot be blank.' } } },
  });
  assert.deepEqual(problem.fields, { email: { code: 'validation_required', message: 'Cannot be blank.' } });
  const words = { 'invalid.required': 'Fill this in.', 'error.offline': 'Away.' };
  const t = (key) => words[key] ?? key;
  const has = (key) => key in words;
  assert.equal(sentence(problem, t, has), 'Fill this in.');
  assert.equal(sentence(explain({ status: 400, response: { message: 'Not pending.' } }), t, has), 'Not pending.');
  assert.equal(sentence(explain({ status: 0 }), t, has), 'Away.');
});

test('Who asks too often is told how long to wait', () => {
  const told = (seconds) =>
    explain({
      status: 429,
      response: {
        message: 'Too many requests.',
        data: { retry_after: { code: 'validation_too_many', message: 'Try again.', params: { seconds } } },
      },
    });
  assert.deepEqual(told(7), { kind: 'busy', message: 'Too many requests.', fields: {}, wait: 7 });
  const t = (key, params) => `${key} ${params?.n}`;
  const has = () => true;
  assert.equal(sentence(told(7), t, has), 'error.busy_seconds 7');
  assert.equal(sentence(told(540), t, has), 'error.busy_minutes 9');
  assert.equal(sentence(explain({ status: 429 }), t, has), 'error.busy undefined');
});

test('Markdown becomes data, and only safe links', () => {
  assert.deepEqual(blocks('### Head\nOne **bold**\ntwo\n\n- a\n- b\n1. c'), [
    { kind: 'heading', spans: [{ kind: 'text', text: 'Head' }] },
    {
      kind: 'paragraph',
      spans: [
        { kind: 'text', text: 'One ' },
        { kind: 'strong', text: 'bold' },
        { kind: 'text', text: '\n' },
        { kind: 'text', text: 'two' },
      ],
    },
    { kind: 'list', ordered: false, items: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]] },
    { kind: 'list', ordered: true, items: [[{ kind: 'text', text: 'c' }]] },
  ]);
  assert.deepEqual(spans('[x](https://a.example)'), [{ kind: 'link', text: 'x', href: 'https://a.example' }]);
  assert.deepEqual(spans('[x](javascript:alert(1))'), [{ kind: 'text', text: '[x](javascript:alert(1))' }]);
  assert.deepEqual(spans('2 * 3 * 4'), [{ kind: 'text', text: '2 * 3 * 4' }]);
});

test('a mail is parsed without what the policy would report', () => {
  const { markup, styles } = disarmed(
    '<style>p{color:red}</style><p style="a:b" title=" style=x" onclick=\'go()\'>one style=1 onload=2 &lt;</p>',
  );
  assert.deepEqual(styles, ['p{color:red}']);
  assert.equal(markup, '<p data-style="a:b" title=" style=x" data-onclick=\'go()\'>one style=1 onload=2 &lt;</p>');
});
