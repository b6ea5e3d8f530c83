import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, isOn, partOfDay, totals } from '../pb_public/js/lib/today.js';

const HK = 'Asia/Hong_Kong';
const from = new Date('2026-11-22T16:00:00Z'); // the 23rd in Hong Kong
const to = new Date('2026-11-23T16:00:00Z');
const event = (/** @type {string} */ start, /** @type {string} */ end) => ({ planned_start_date: start, planned_end_date: end });

test('an event is on today if any of it is', () => {
  assert.ok(isOn(event('2026-11-23 01:00:00.000Z', '2026-11-23 02:00:00.000Z'), from, to));
  assert.ok(isOn(event('2026-11-20 01:00:00.000Z', '2026-11-25 02:00:00.000Z'), from, to), 'all of today');
  assert.ok(isOn(event('2026-11-22 15:00:00.000Z', '2026-11-22 17:00:00.000Z'), from, to), 'over midnight');
  assert.ok(isOn(event('2026-11-22 16:00:00.000Z', ''), from, to), 'without an end');
  assert.ok(!isOn(event('2026-11-22 14:00:00.000Z', '2026-11-22 16:00:00.000Z'), from, to), 'ended as the day began');
  assert.ok(!isOn(event('2026-11-23 16:00:00.000Z', '2026-11-23 17:00:00.000Z'), from, to), 'tomorrow');
});

test('the greeting follows the clocks of the reader', () => {
  assert.equal(partOfDay(new Date('2026-11-23T00:30:00Z'), HK), 'morning');
  assert.equal(partOfDay(new Date('2026-11-23T04:00:00Z'), HK), 'afternoon');
  assert.equal(partOfDay(new Date('2026-11-23T10:00:00Z'), HK), 'evening');
  assert.equal(partOfDay(new Date('2026-11-23T18:00:00Z'), HK), 'evening', 'late at night');
  assert.equal(partOfDay(new Date('2026-11-23T18:00:00Z'), 'America/New_York'), 'afternoon');
});

test('a month is summed up by how its events stand', () => {
  const day = { day: '2026-11-23', planned: 2, completed: 1, overdue: 0, cancelled: 3 };
  assert.deepEqual(totals([day, { ...day, planned: 0, overdue: 4 }]), { planned: 2, completed: 2, overdue: 4, cancelled: 6 });
});

test('what went wrong is told of the channel where it did', () => {
  assert.deepEqual(
    failureOf({ channel_status: { email: { sent: 2, failed: 0, error: '' }, sms: { sent: 0, failed: 1, error: 'no credit' } } }),
    {
      channel: 'sms',
      error: 'no credit',
    },
  );
  assert.equal(failureOf({ channel_status: { email: { sent: 2, failed: 0, error: '' } } }), null);
  assert.equal(failureOf({}), null);
});
