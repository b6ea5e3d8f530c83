import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, meant } from '../pb_public/js/lib/event-list.js';

const HK = 'Asia/Hong_Kong';
const clean = (/** @type {Record<string, string>} */ query) => meant(query, ['planned', 'completed'], ['meeting']);
const read = (/** @type {Record<string, string>} */ query) => asked(clean(query), HK);

test('what an address cannot mean is left out', () => {
  const query = {
    status: 'planned',
    type: 'meeting',
    when: 'past',
    sort: '-title',
    from: '2026-02-28',
    to: '2028-02-29',
    q: 'x',
    page: '2',
  };
  assert.deepEqual(clean(query), query);
  const person = { person: 'p1', customer: 'c1' };
  assert.deepEqual(clean(person), person);
  for (const name of ['status', 'type', 'when', 'sort', 'from', 'to']) assert.deepEqual(clean({ [name]: 'zzz' }), {}, name);
  for (const day of ['2026-02-30', '2026-13-01', '2026-2-1', '2026-02', '2026-02-01T10:00', ''])
    assert.deepEqual(clean({ from: day }), {}, day);
});

test('days are those of the reader, the last one with all its hours', () => {
  const { from, to } = read({ from: '2026-11-23', to: '2026-11-23' }).narrowing;
  assert.equal(from?.toISOString(), '2026-11-22T16:00:00.000Z');
  assert.equal(to?.toISOString(), '2026-11-23T16:00:00.000Z');
});

test('a plain address shows what is coming; one that asks for more shows all, the latest first', () => {
  assert.deepEqual(read({}), {
    narrowing: { q: '', status: '', type: '', person: '', customer: '', from: undefined, to: undefined },
    when: 'coming',
    sort: 'planned_start_date',
  });
  for (const query of /** @type {Record<string, string>[]} */ ([
    { q: 'pump' },
    { status: 'completed' },
    { from: '2026-11-23' },
    { to: '2026-11-23' },
  ])) {
    assert.equal(read(query).when, 'all', JSON.stringify(query));
    assert.equal(read(query).sort, '-planned_start_date');
  }
  for (const query of /** @type {Record<string, string>[]} */ ([{ q: ' ' }, { status: 'planned' }, { type: 'meeting' }, { from: 'zzz' }])) {
    assert.equal(read(query).when, 'coming', JSON.stringify(query));
  }
  assert.deepEqual(read({ q: 'pump', when: 'coming', sort: 'title' }).when, 'coming');
  assert.equal(read({ q: 'pump', sort: 'title' }).sort, 'title');
});
