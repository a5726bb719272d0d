import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourceError } from '../../src/domain/errors.ts';
import {
  activeBackOff,
  type BackOffs,
  backOffAfterFailure,
  backOffAfterSuccess,
} from '../../src/exchanges/back-off.ts';
import { RefusalError } from '../../src/exchanges/clients/refusal.ts';
import { readRetryAfter } from '../../src/outbound/retry-after.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const tooOften = (retryAfter?: string) => new RefusalError('too_often', 'asked too often', retryAfter);
const forbidden = new RefusalError('forbidden', 'answered 451');
const down = new SourceError('unreachable', 'down');

/** How long an exchange backOffs after a fault, in milliseconds. */
const length = (backOffs: BackOffs, now = NOW) => (activeBackOff(backOffs, 'a', now)?.until ?? now) - now;

test('a refusal without Retry-After lasts a minute, doubled each time, at most an hour', () => {
  let backOffs: BackOffs = {};
  let now = NOW;
  const lengths: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    backOffs = backOffAfterFailure(backOffs, 'a', { asked: 'quote', fault: tooOften(), now: now });
    lengths.push(length(backOffs, now) / MINUTE);
    now += length(backOffs, now);
    assert.equal(activeBackOff(backOffs, 'a', now - 1)?.until, now);
    assert.equal(activeBackOff(backOffs, 'a', now), undefined);
    // What else goes wrong in between neither backOffs nor makes refusals forgotten.
    backOffs = backOffAfterFailure(backOffs, 'a', { asked: 'quote', fault: down, now: now });
    assert.equal(activeBackOff(backOffs, 'a', now), undefined);
  }
  assert.deepEqual(lengths, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  backOffs = backOffAfterSuccess(backOffs, 'a', 'quote');
  assert.deepEqual(backOffs, {});
  assert.equal(
    length(backOffAfterFailure(backOffs, 'a', { asked: 'quote', fault: tooOften(), now: NOW })),
    MINUTE,
  );
});

test('refused candles double although quotes succeed, and vice versa', () => {
  const refused = backOffAfterFailure({}, 'a', { asked: 'candles', fault: tooOften(), now: NOW });
  const quoted = backOffAfterSuccess(refused, 'a', 'quote');
  assert.equal(
    length(backOffAfterFailure(quoted, 'a', { asked: 'candles', fault: tooOften(), now: NOW })),
    2 * MINUTE,
  );
});

test('Retry-After is respected up to an hour; 403 and 451 last an hour', () => {
  const rest = (fault: unknown) =>
    length(backOffAfterFailure({}, 'a', { asked: 'quote', fault: fault, now: NOW }));
  assert.equal(rest(tooOften('7')), 7000);
  assert.equal(rest(tooOften('0')), 0);
  assert.equal(rest(tooOften(new Date(NOW + 5 * MINUTE).toUTCString())), 5 * MINUTE);
  assert.equal(rest(tooOften(new Date(NOW - HOUR).toUTCString())), 0);
  assert.equal(rest(tooOften('86400')), HOUR);
  assert.equal(rest(tooOften('99999999999')), HOUR);
  assert.equal(rest(forbidden), HOUR);
  for (const text of ['soon', '', '-5', '1e3', '9'.repeat(50), 'Tue'])
    assert.equal(rest(tooOften(text)), MINUTE);
});

test('only a refusal causes a back-off, of that exchange alone', () => {
  for (const fault of [down, new SourceError('timeout', 'slow'), new TypeError('ours')]) {
    assert.deepEqual(backOffAfterFailure({}, 'a', { asked: 'quote', fault: fault, now: NOW }), {});
  }
  const backOffs = backOffAfterFailure({}, 'a', { asked: 'quote', fault: forbidden, now: NOW });
  assert.equal(activeBackOff(backOffs, 'b', NOW), undefined);
});

test('back-offs are plain values, and impossibly long ones are ignored', () => {
  const backOffs = backOffAfterFailure({}, 'a', { asked: 'quote', fault: forbidden, now: NOW });
  assert.deepEqual(JSON.parse(JSON.stringify(backOffs)), backOffs);
  assert.equal(activeBackOff(backOffs, 'a', NOW - 30_000)?.until, NOW + HOUR, 'by a clock a little behind');
  assert.equal(activeBackOff(backOffs, 'a', NOW - 2 * HOUR), undefined);
});

test('Retry-After is seconds or an HTTP date, and nothing else', () => {
  assert.equal(readRetryAfter(null, NOW), undefined);
  assert.equal(readRetryAfter('120', NOW), 120_000);
  assert.equal(readRetryAfter('Thu, 01 Jan 2026 12:00:30 GMT', NOW), 30_000);
  assert.equal(readRetryAfter('2026-01-01T12:00:30Z', NOW), undefined);
  assert.equal(readRetryAfter('Thu, 99 Jan 2026 12:00:30 GMT', NOW), undefined);
});
