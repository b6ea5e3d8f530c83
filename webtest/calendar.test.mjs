import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  byDay,
  changesOf,
  concerns,
  daysOf,
  dragged,
  firstHour,
  gridEvent,
  instants,
  isDay,
  isLong,
  monday,
  openingOf,
  plusMonths,
  resized,
  spanOf,
  step,
} from '../pb_public/js/lib/calendar.js';

const HK = 'Asia/Hong_Kong';
const NY = 'America/New_York';

const event = (/** @type {string} */ start, /** @type {string} */ end, more = {}) => ({
  id: `e${start}`,
  title: 'Visit',
  status: 'planned',
  planned_start_date: start,
  planned_end_date: end,
  ...more,
});
const iso = (/** @type {{start: Date, end: Date}} */ times) => [times.start.toISOString(), times.end.toISOString()];

test('a day of the address is one that exists', () => {
  for (const good of ['2026-11-23', '2028-02-29']) assert.ok(isDay(good), good);
  for (const bad of [undefined, '', '2026-02-29', '2026-13-01', '2026-1-1', 'today', '2026-11-23T00:00']) assert.ok(!isDay(bad), bad);
});

test('weeks begin on Monday', () => {
  assert.equal(monday('2026-11-23'), '2026-11-23');
  assert.equal(monday('2026-11-29'), '2026-11-23');
  assert.equal(monday('2027-01-01'), '2026-12-28');
});

test('another month has the same day, or its last', () => {
  assert.equal(plusMonths('2026-01-31', 1), '2026-02-28');
  assert.equal(plusMonths('2026-12-15', 1), '2027-01-15');
  assert.equal(plusMonths('2026-01-15', -1), '2025-12-15');
});

test('a view shows whole weeks of a month, a week, or four weeks from a day', () => {
  assert.deepEqual(spanOf('month', '2026-11-23'), { from: '2026-10-26', to: '2026-12-07' });
  assert.deepEqual(spanOf('month', '2027-02-10'), { from: '2027-02-01', to: '2027-03-01' });
  assert.deepEqual(spanOf('week', '2026-11-25'), { from: '2026-11-23', to: '2026-11-30' });
  assert.deepEqual(spanOf('agenda', '2026-11-25'), { from: '2026-11-25', to: '2026-12-23' });
  assert.equal(daysOf(spanOf('month', '2027-02-10')).length, 28);
});

test('back and forth by what is shown', () => {
  assert.equal(step('month', '2026-10-31', 1), '2026-11-30');
  assert.equal(step('week', '2026-11-25', -1), '2026-11-18');
  assert.equal(step('agenda', '2026-11-25', 1), '2026-12-23');
});

test('the instants of a span are midnights of the zone, through both changes of the clocks', () => {
  assert.deepEqual(iso(instants({ from: '2026-03-08', to: '2026-03-09' }, NY)), ['2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z']);
  assert.deepEqual(iso(instants({ from: '2026-11-23', to: '2026-11-24' }, HK)), ['2026-11-22T16:00:00.000Z', '2026-11-23T16:00:00.000Z']);
});

test('a new event on a day begins in the morning, or in the next hour of today', () => {
  const now = new Date('2026-11-23T06:20:00Z'); // 14:20 in Hong Kong
  assert.equal(openingOf('2026-11-24', HK, now).toISOString(), '2026-11-24T01:00:00.000Z');
  assert.equal(openingOf('2026-11-23', HK, now).toISOString(), '2026-11-23T07:00:00.000Z');
  assert.equal(openingOf('2026-11-23', NY, now).toISOString(), '2026-11-23T14:00:00.000Z');
});

test('an event stands under each of its days, by the clocks of the reader', () => {
  const fair = event('2026-11-23 01:00:00.000Z', '2026-11-25 09:00:00.000Z', { id: 'fair' });
  const call = event('2026-11-23 16:30:00.000Z', '2026-11-23 17:00:00.000Z', { id: 'call' }); // the 24th in Hong Kong
  const span = { from: '2026-11-24', to: '2026-12-01' };
  const told = byDay([call, fair], span, HK).map(
    ({ day, items }) => `${day} ${items.map((i) => `${i.event.id} ${i.part}/${i.parts}`).join(', ')}`,
  );
  assert.deepEqual(told, ['2026-11-24 fair 2/3, call 1/1', '2026-11-25 fair 3/3']);
});

test('what ends at midnight is not on the next day, and what has no end is on its own', () => {
  const span = { from: '2026-11-23', to: '2026-11-30' };
  assert.deepEqual(
    byDay([event('2026-11-23 12:00:00.000Z', '2026-11-23 16:00:00.000Z')], span, HK).map((d) => d.day),
    ['2026-11-23'],
  );
  assert.deepEqual(
    byDay([event('2026-11-24 12:00:00.000Z', '')], span, HK).map((d) => d.day),
    ['2026-11-24'],
  );
});

test('the grid gets clock times, which it cannot move to another zone', () => {
  const given = gridEvent(event('2026-11-23 01:00:00.000Z', '2026-11-23 02:30:00.000Z'), NY, true);
  assert.equal(given.start, '2026-11-22T20:00');
  assert.equal(given.end, '2026-11-22T21:30');
  assert.equal(given.allDay, false);
  assert.ok(isLong(event('2026-11-23 01:00:00.000Z', '2026-11-24 01:00:00.000Z')));
});

test('a dragged event keeps its length, also over a change of the clocks', () => {
  const visit = event('2026-10-30 14:00:00.000Z', '2026-10-30 15:30:00.000Z'); // 10:00 in New York, before winter
  assert.deepEqual(iso(dragged(visit, 7 * 86_400, NY)), ['2026-11-06T15:00:00.000Z', '2026-11-06T16:30:00.000Z']);
  assert.deepEqual(iso(dragged(visit, -3600, HK)), ['2026-10-30T13:00:00.000Z', '2026-10-30T14:30:00.000Z']);
});

test('a resized event ends later, and never before it begins', () => {
  const visit = event('2026-11-23 01:00:00.000Z', '2026-11-23 02:00:00.000Z');
  assert.deepEqual(iso(resized(visit, 1800, HK)), ['2026-11-23T01:00:00.000Z', '2026-11-23T02:30:00.000Z']);
  assert.deepEqual(iso(resized(visit, -86_400, HK)), ['2026-11-23T01:00:00.000Z', '2026-11-23T01:30:00.000Z']);
});

test('a week is scrolled to the morning, or to what is earlier', () => {
  const span = spanOf('week', '2026-11-23');
  assert.equal(firstHour([], span, HK), 8);
  assert.equal(firstHour([event('2026-11-25 22:15:00.000Z', '2026-11-25 23:00:00.000Z')], span, HK), 6);
  assert.equal(firstHour([event('2026-12-25 22:15:00.000Z', '2026-12-25 23:00:00.000Z')], span, HK), 8, 'of another week');
});

test('a change matters if it is to be seen, or was', () => {
  const span = spanOf('week', '2026-11-23');
  const here = event('2026-11-24 01:00:00.000Z', '2026-11-24 02:00:00.000Z');
  const away = event('2026-12-24 01:00:00.000Z', '2026-12-24 02:00:00.000Z');
  assert.ok(concerns(here, span, HK, []));
  assert.ok(!concerns(away, span, HK, []));
  assert.ok(concerns(away, span, HK, [{ ...here, id: away.id }]), 'moved away');
});

test('what moving does to reminders is told in the order in which they leave', () => {
  const now = new Date('2026-11-23T00:00:00Z');
  const one = (/** @type {string} */ at, more = {}) => ({ send_datetime: at, status: 'pending', ...more });
  const was = { send_datetime: '2026-11-29T00:00:00Z', status: 'pending' };
  const { changes, same } = changesOf(
    [
      one('2026-11-28T00:00:00Z', { id: 'a', was }),
      one('2026-11-20T00:00:00Z', { id: 'b', was, status: 'skipped' }),
      one('2026-11-22T23:59:59Z', { id: 'c', was }),
      one('2026-11-26T00:00:00Z'),
      one('2026-11-27T00:00:00Z', { id: 'd', was: { ...was, status: 'skipped' } }),
      one('2026-11-25T00:00:00Z', { id: 'e', was, status: 'cancelled' }),
      one('2026-11-24T00:00:00Z', { id: 'f', status: 'sent' }),
    ],
    now,
  );
  assert.deepEqual(
    changes.map((c) => c.change),
    ['skipped', 'now', 'cancelled', 'added', 'revived', 'moves'],
  );
  assert.equal(same, 1);
});
