import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BOM, csvCell, csvRow, isoIn } from '../pb_public/js/lib/csv.js';
import { COLUMNS, head, line } from '../pb_public/js/lib/log-file.js';

test('a cell is quoted where it must be, with its quotes doubled', () => {
  for (const [value, cell] of /** @type {[any, string][]} */ ([
    ['plain', 'plain'],
    ['', ''],
    [null, ''],
    [undefined, ''],
    [0, '0'],
    [-1.5, '-1.5'],
    [true, 'true'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['香港，九龍', '香港，九龍'],
  ])) {
    assert.equal(csvCell(value), cell);
  }
});

test('what a spreadsheet would reckon stays text', () => {
  for (const begins of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
    const cell = csvCell(`${begins}cmd|' /C calc'!A0`);
    assert.match(cell, /^"?'/, JSON.stringify(begins));
  }
  assert.equal(csvCell('=HYPERLINK("https://evil.example")'), `"'=HYPERLINK(""https://evil.example"")"`);
  assert.equal(csvCell('+85291234567'), "'+85291234567");
  assert.equal(csvCell('a=b'), 'a=b');
});

test('a row ends as Excel wants it', () => {
  assert.equal(csvRow(['a', 1, null, 'b,c']), 'a,1,,"b,c"\r\n');
});

test('a time says by which clocks it is told', () => {
  const at = new Date('2026-11-23T01:02:03.999Z');
  assert.equal(isoIn(at, 'Asia/Hong_Kong'), '2026-11-23T09:02:03+08:00');
  assert.equal(isoIn(at, 'UTC'), '2026-11-23T01:02:03+00:00');
  assert.equal(isoIn(at, 'America/St_Johns'), '2026-11-22T21:32:03-03:30');
  assert.equal(isoIn(at, 'Asia/Kathmandu'), '2026-11-23T06:47:03+05:45');
});

const words = { zone: 'Asia/Hong_Kong', addresses: true, t: (/** @type {string} */ key) => key };
const delivery = {
  id: 'd1',
  created: '2026-11-23 01:00:00.000Z',
  sent_at: '2026-11-23 01:00:01.000Z',
  delivered_at: '',
  kind: 'reminder',
  channel: 'email',
  address: 'a@b.example',
  subject: '=1+1',
  status: 'sent',
  provider: 'sandbox',
  provider_id: 'd1',
  attempts: 1,
  late: true,
  possible_duplicate: false,
  error: '',
  error_class: '',
  segments: 0,
  cost: 0,
  expand: { user: { name: 'Wing, Wong' }, event: { title: 'Visit', event_number: 'EV-2026-0001' } },
};

test('the file begins with the mark of UTF-8 and a heading for every column', () => {
  const text = head(words);
  assert.ok(text.startsWith(BOM));
  assert.equal(text.slice(1).trim().split(',').length, COLUMNS.length);
});

test('a message fills its row: times with their zone, names, and no formula', () => {
  assert.equal(
    line(delivery, words),
    '2026-11-23T09:00:00+08:00,2026-11-23T09:00:01+08:00,,kind.reminder,channel.email,"Wing, Wong",a@b.example,\'=1+1,EV-2026-0001,Visit,' +
      'delivery.kept,1,office.csv.yes,,sandbox,d1,,,,,d1\r\n',
  );
});

test('who may not see addresses gets no column of them', () => {
  const few = { ...words, addresses: false };
  assert.doesNotMatch(head(few), /address/);
  assert.doesNotMatch(line(delivery, few), /a@b\.example/);
});

test('what refers to nobody any more leaves its cells empty', () => {
  assert.match(line({ ...delivery, expand: undefined, address: undefined }, words), /,channel\.email,,,'=1\+1,,,delivery\.kept,/);
});
