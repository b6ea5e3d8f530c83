import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countdown,
  day,
  dayKey,
  daysBetween,
  endOfWeek,
  hours,
  isZone,
  offset,
  parse,
  relative,
  sameClock,
  startOfDay,
  time,
  zoneName,
} from '../pb_public/js/lib/dates.js';

const HK = 'Asia/Hong_Kong';
const LONDON = 'Europe/London';
const at = (/** @type {string} */ iso) => new Date(iso);

test('dates are read as PocketBase writes them', () => {
  assert.equal(parse('2026-11-23 01:00:00.000Z')?.toISOString(), '2026-11-23T01:00:00.000Z');
  assert.equal(parse('2026-11-23T01:00:00Z')?.toISOString(), '2026-11-23T01:00:00.000Z');
  for (const empty of ['', null, undefined, 'soon']) assert.equal(parse(empty), null);
});

test('a zone is an IANA name', () => {
  assert.ok(isZone(HK));
  for (const wrong of ['', 'Nowhere/City', null, undefined]) assert.ok(!isZone(wrong));
});

test('the offset is that of the instant', () => {
  assert.equal(offset(at('2026-01-15T12:00:00Z'), LONDON), 0);
  assert.equal(offset(at('2026-07-15T12:00:00Z'), LONDON), 3_600_000);
  assert.equal(offset(at('2026-07-15T12:00:00.750Z'), HK), 8 * 3_600_000);
});

test('a day is the calendar’s, in the zone', () => {
  assert.equal(dayKey(at('2026-11-23T16:30:00Z'), HK), '2026-11-24');
  assert.equal(dayKey(at('2026-11-23T16:30:00Z'), LONDON), '2026-11-23');
  assert.equal(daysBetween(at('2026-11-23T15:59:00Z'), at('2026-11-23T16:01:00Z'), HK), 1);
  assert.equal(daysBetween(at('2024-02-28T04:00:00Z'), at('2024-03-01T04:00:00Z'), HK), 2, 'over a leap day');
  assert.equal(daysBetween(at('2026-03-28T12:00:00Z'), at('2026-03-30T11:00:00Z'), LONDON), 2, 'over a day of 23 hours');
});

test('a day begins at its midnight, on both edges of summer time', () => {
  assert.equal(startOfDay(at('2026-11-23T20:00:00Z'), HK).toISOString(), '2026-11-23T16:00:00.000Z');
  assert.equal(startOfDay(at('2026-11-23T20:00:00Z'), HK, 1).toISOString(), '2026-11-24T16:00:00.000Z');
  assert.equal(startOfDay(at('2026-03-29T12:00:00Z'), LONDON).toISOString(), '2026-03-29T00:00:00.000Z');
  assert.equal(startOfDay(at('2026-03-29T12:00:00Z'), LONDON, 1).toISOString(), '2026-03-29T23:00:00.000Z');
  assert.equal(startOfDay(at('2026-10-25T12:00:00Z'), LONDON, 1).toISOString(), '2026-10-26T00:00:00.000Z');
  // Cairo skips midnight itself when summer time begins.
  assert.equal(startOfDay(at('2026-04-24T12:00:00Z'), 'Africa/Cairo').toISOString(), '2026-04-23T22:00:00.000Z');
});

test('a week ends with its Sunday', () => {
  assert.equal(endOfWeek(at('2026-11-23T01:00:00Z'), HK).toISOString(), '2026-11-29T16:00:00.000Z', 'from a Monday');
  assert.equal(endOfWeek(at('2026-11-29T01:00:00Z'), HK).toISOString(), '2026-11-29T16:00:00.000Z', 'from the Sunday');
});

test('times are those of the zone, on the 24-hour clock', () => {
  const start = at('2026-11-30T01:00:00Z');
  assert.equal(time(start, HK, 'en-GB'), '09:00');
  assert.equal(time(at('2026-11-29T16:05:09Z'), HK, 'en-US', true), '00:05:09');
  assert.equal(hours(start, at('2026-11-30T02:30:00Z'), HK, 'en-GB'), '09:00 – 10:30');
  assert.equal(hours(start, at('2026-12-01T02:30:00Z'), HK, 'en-GB'), '09:00', 'the end is on another day');
  assert.equal(hours(start, null, HK, 'en-GB'), '09:00');
});

test('the year is named when it is not this one', () => {
  const now = at('2026-11-23T01:00:00Z');
  assert.doesNotMatch(day(at('2026-11-30T01:00:00Z'), HK, 'en-GB', now), /2026/);
  assert.match(day(at('2027-01-04T01:00:00Z'), HK, 'en-GB', now), /2027/);
  assert.match(day(at('2026-12-31T16:00:00Z'), HK, 'zh-HK', now), /2027年1月1日/, 'it is the new year there');
});

test('how far away: by the clock within a day, by the calendar beyond', () => {
  const now = at('2026-11-23T01:00:00Z'); // Monday 09:00 in Hong Kong
  const cases = [
    ['2026-11-23T01:00:12Z', 'in 12 seconds'],
    ['2026-11-23T00:59:48Z', '12 seconds ago'],
    ['2026-11-23T01:05:40Z', 'in 5 minutes'],
    ['2026-11-23T04:30:00Z', 'in 3 hours'],
    ['2026-11-23T15:00:00Z', 'in 14 hours'],
    ['2026-11-24T00:30:00Z', 'tomorrow'],
    ['2026-11-25T16:30:00Z', 'in 3 days'],
    ['2026-11-22T01:00:00Z', 'yesterday'],
    ['2027-03-01T01:00:00Z', 'in 3 months'],
  ];
  for (const [then, expected] of cases) assert.equal(relative(at(then), now, HK, 'en-GB'), expected, then);
  assert.equal(relative(at('2026-11-23T04:30:00Z'), now, HK, 'en-US', 'short'), 'in 3 hr');
  assert.equal(relative(at('2026-11-23T00:30:00Z'), now, HK, 'en-US', 'short'), '30 min ago');
  assert.match(relative(at('2026-11-26T01:00:00Z'), now, HK, 'zh-CN'), /^3 ?天后$/);
});

test('the launch clock counts down to nought', () => {
  assert.equal(countdown(42_000), '00:42');
  assert.equal(countdown(41_001), '00:42');
  assert.equal(countdown(-5), '00:00');
  assert.equal(countdown(2 * 3_600_000 + 15 * 60_000 + 9000), '02:15:09');
  assert.equal(countdown(24 * 3_600_000), null);
});

test('a zone is named only where clocks differ', () => {
  assert.ok(sameClock(HK, 'Asia/Shanghai', at('2026-07-01T00:00:00Z')));
  assert.ok(!sameClock(HK, LONDON, at('2026-07-01T00:00:00Z')));
  assert.ok(sameClock('Europe/London', 'Africa/Abidjan', at('2026-01-01T00:00:00Z')));
  assert.ok(!sameClock('Europe/London', 'Africa/Abidjan', at('2026-07-01T00:00:00Z')));
  assert.match(zoneName(HK, at('2026-07-01T00:00:00Z'), 'en-GB'), /Hong Kong/);
});
