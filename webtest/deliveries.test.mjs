import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { causeOf, deliveryLook, isHeld, lookEvery, newsEvery, nextAttempt } from '../pb_public/js/lib/deliveries.js';
import { loadWords } from '../pb_public/js/lib/i18n.js';
import { languageOf, reasonAndFix, reasonWords, told } from '../pb_public/js/lib/reasons.js';

const now = new Date('2026-11-23T08:00:00Z');

before(async () => {
  await loadWords('core');
  await loadWords('deliveries');
});

test('a reason is told in the reader’s words, the provider’s stand apart', () => {
  assert.deepEqual(told('no WeChat account'), { said: 'No WeChat account is bound.', theirs: '' });
  assert.deepEqual(told('the account has no balance (isv.AMOUNT_NOT_ENOUGH: 账户余额不足 (01))'), {
    said: 'The account at the provider has run out of money.',
    theirs: 'isv.AMOUNT_NOT_ENOUGH: 账户余额不足 (01)',
  });
  assert.deepEqual(told('550 5.1.1 no such user (in reply to RCPT TO)'), {
    said: '',
    theirs: '550 5.1.1 no such user (in reply to RCPT TO)',
  });
  assert.deepEqual(told(''), { said: '', theirs: '' });
  assert.equal(reasonWords('550 no such user'), '550 no such user');
  assert.equal(reasonAndFix('no recipient'), 'Nobody is to get it. Choose somebody.');
});

test('a provider’s words are read aloud in their language', () => {
  assert.equal(languageOf('isv.SIGN_NAME_ILLEGAL: 签名不合法'), 'zh');
  assert.equal(languageOf('550 no such user'), 'en');
});

test('a cause is told by what can be done about it', () => {
  const cause = (/** @type {any} */ d) => causeOf({ channel: 'email', status: 'failed', ...d });
  const refused = cause({ error: '550 no such user', error_class: 'permanent' });
  assert.match(refused?.said ?? '', /refused this address/);
  assert.equal(refused?.theirs, '550 no such user');
  assert.match(cause({ error: '421', error_class: 'transient' })?.said ?? '', /failed every time/);
  assert.match(cause({ error: '421', error_class: 'transient', status: 'queued' })?.said ?? '', /tried again by itself/);
  assert.deepEqual(cause({ error: 'no phone number', status: 'skipped' }), {
    words: 'no phone number',
    said: 'No phone number is known.',
    fix: 'Add one to the profile, or choose another channel.',
    theirs: '',
  });
  assert.deepEqual(cause({ error: 'something new', status: 'skipped' }), {
    words: 'something new',
    said: '',
    fix: '',
    theirs: 'something new',
  });
  assert.equal(cause({ error: 'late', status: 'sent' }), null);
  assert.equal(cause({ error: '' }), null);
});

test('of a phrase that we know, what can be done depends on whether it is tried again', () => {
  const fix = (/** @type {any} */ d) => causeOf({ channel: 'sms', error: 'the provider is busy (Throttling)', ...d })?.fix;
  assert.match(fix({ status: 'queued', error_class: 'transient' }) ?? '', /by itself/);
  assert.match(fix({ status: 'failed', error_class: 'transient' }) ?? '', /Retry/);
  assert.match(fix({ status: 'queued', error_class: 'configuration' }) ?? '', /once this is mended/);
  assert.match(fix({ status: 'unknown', error_class: 'unknown' }) ?? '', /we are asking/);
  const number = causeOf({ channel: 'sms', status: 'failed', error: 'the number cannot get SMS (30006)', error_class: 'permanent' });
  assert.match(number?.fix ?? '', /Check the number/);
});

test('what a limit keeps back is held, and nothing is wrong with it', () => {
  const held = { status: 'queued', channel: 'sms', error: 'held: daily SMS limit', next_attempt_at: '2026-11-23 16:00:00.000Z' };
  assert.ok(isHeld(held));
  assert.deepEqual([deliveryLook(held).key, deliveryLook(held).tone], ['delivery.held', 'warn']);
  assert.match(causeOf(held)?.said ?? '', /SMS for today/);
  assert.ok(!isHeld({ ...held, status: 'cancelled' }), 'what was called off waits no more');
  assert.equal(deliveryLook({ ...held, error: '' }).key, 'delivery.queued');
});

test('a message that the sandbox took was kept, not sent', () => {
  assert.equal(deliveryLook({ status: 'sent', provider: 'sandbox' }).key, 'delivery.kept');
  assert.equal(deliveryLook({ status: 'delivered', provider: 'aliyun' }).key, 'delivery.delivered');
  assert.equal(deliveryLook({ status: 'invented' }).key, 'delivery.unknown');
});

test('the next attempt is ahead, and of what is not over', () => {
  const d = { status: 'queued', next_attempt_at: '2026-11-23 09:00:00.000Z' };
  assert.equal(nextAttempt(d, now)?.toISOString(), '2026-11-23T09:00:00.000Z');
  assert.equal(nextAttempt({ ...d, status: 'failed' }, now), null);
  assert.equal(nextAttempt({ ...d, next_attempt_at: '2026-11-23 07:00:00.000Z' }, now), null);
});

test('news is looked for while messages are under way, and for a while after for receipts', () => {
  const sent = { status: 'sent', channel: 'sms', provider: 'aliyun', sent_at: '2026-11-23 07:59:00.000Z' };
  assert.equal(lookEvery({ status: 'unknown' }, now), 3000);
  assert.equal(lookEvery({ status: 'queued', error: 'held: monthly SMS limit' }, now), 30_000);
  assert.equal(lookEvery(sent, now), 3000);
  assert.equal(lookEvery({ ...sent, sent_at: '2026-11-23 07:55:00.000Z' }, now), 10_000);
  assert.equal(lookEvery({ ...sent, sent_at: '2026-11-23 07:00:00.000Z' }, now), 0);
  assert.equal(lookEvery({ ...sent, channel: 'email', provider: 'smtp' }, now), 0, 'mail servers tell nothing more');
  assert.equal(lookEvery({ ...sent, provider: 'sandbox' }, now), 0);
  assert.equal(lookEvery({ ...sent, status: 'delivered' }, now), 0);
  assert.equal(newsEvery([{ status: 'sending' }], [], now), 3000);
  assert.equal(newsEvery([{ status: 'sending' }], [{ status: 'queued', error: 'held: daily SMS limit' }], now), 30_000);
  assert.equal(newsEvery([{ status: 'sent' }], [{ status: 'failed' }, sent], now), 3000);
  assert.equal(newsEvery([{ status: 'pending' }], [], now), 0);
});
