import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeedAnswer } from '../../../src/news/feeds/fetch.ts';
import { isDue, nextPoll, type Poll } from '../../../src/news/feeds/polling.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const GOOD: FeedAnswer = { kind: 'items', items: [], unusable: 0, validators: { etag: '"1"' } };
const at = (now: number, address = 'a', installation = 'i') => ({ address, installation, now });

/** The polls that such an answer to each leads to. */
function follow(count: number, answer: FeedAnswer, address = 'a', installation = 'i'): Poll[] {
  const polls: Poll[] = [];
  for (let now = NOW; polls.length < count; now = polls.at(-1)?.due ?? 0) {
    polls.push(nextPoll(polls.at(-1), answer, at(now, address, installation)));
  }
  return polls;
}

const waits = (polls: readonly Poll[]): number[] =>
  polls.map(({ due }, index) => (due - (polls[index - 1]?.due ?? NOW)) / MINUTE);

test('a feed is polled every five to nine minutes, at times of its own', () => {
  const all = waits(follow(200, GOOD));
  assert.ok(Math.min(...all) >= 5 && Math.max(...all) < 9);
  assert.ok(Math.min(...all) < 5.5 && Math.max(...all) > 8.5, 'the whole span is used');
  assert.deepEqual(waits(follow(200, GOOD)), all, 'the same whenever it is asked for');
  assert.notDeepEqual(waits(follow(3, GOOD, 'b')), all.slice(0, 3));
  assert.notDeepEqual(waits(follow(3, GOOD, 'a', 'j')), all.slice(0, 3));
});

test('a failing feed is polled less often, at least once an hour; success ends that', () => {
  const polls = follow(8, { kind: 'fault', reason: 'answered 500' });
  const all = waits(polls);
  assert.ok((all[0] ?? 0) < 9 && (all[1] ?? 0) >= 10 && (all[2] ?? 0) >= 20);
  assert.deepEqual(all.slice(4), [60, 60, 60, 60]);
  const last = polls.at(-1);
  assert.deepEqual(
    [last?.state, last?.since, last?.reason, last?.lastSuccess],
    ['failing', NOW, 'answered 500', undefined],
  );
  const good = nextPoll(last, GOOD, at(NOW + 1));
  assert.deepEqual(
    [good.state, good.since, good.reason, good.lastSuccess],
    ['ok', NOW + 1, undefined, NOW + 1],
  );
  assert.ok(good.due <= NOW + 1 + 9 * MINUTE);
  const still = nextPoll(good, { kind: 'not_modified' }, at(NOW + 2));
  assert.deepEqual(
    [still.state, still.since, still.lastSuccess, still.validators],
    ['ok', NOW + 1, NOW + 2, { etag: '"1"' }],
  );
});

test('Retry-After is respected; a short one is used once', () => {
  const rest = (retryAfterMs: number): FeedAnswer => ({
    kind: 'fault',
    reason: 'answered 429',
    retryAfterMs,
  });
  const good = nextPoll(undefined, GOOD, at(NOW));
  const resting = nextPoll(good, rest(120_000), at(NOW));
  assert.deepEqual([resting.state, resting.due, resting.lastSuccess], ['resting', NOW + 120_000, NOW]);
  const hour = nextPoll(resting, rest(60 * MINUTE), at(NOW));
  assert.equal(hour.due, NOW + 60 * MINUTE);
  const zero = nextPoll(good, rest(0), at(NOW));
  assert.ok(isDue(zero, NOW));
  assert.ok(!isDue(nextPoll(zero, rest(0), at(NOW)), NOW + 9 * MINUTE));
});

test('state saved by a wrong clock does not silence a feed', () => {
  const poll = nextPoll(undefined, GOOD, at(NOW));
  assert.ok(isDue(undefined, NOW));
  assert.ok(!isDue(poll, NOW + MINUTE));
  assert.ok(isDue(poll, NOW + 9 * MINUTE));
  assert.ok(isDue(poll, NOW - 24 * 60 * MINUTE));
});

test('setting the clock back does not delay a feed for longer than usual', () => {
  const good = nextPoll(undefined, GOOD, at(NOW));
  assert.ok(!isDue(good, NOW) && !isDue(good, NOW - MINUTE), 'since clocks of processes differ');
  assert.ok(isDue(good, NOW - 30 * MINUTE));
  const resting = nextPoll(
    good,
    { kind: 'fault', reason: 'answered 429', retryAfterMs: 60 * MINUTE },
    at(NOW),
  );
  assert.ok(!isDue(resting, NOW) && !isDue(resting, NOW - MINUTE));
  assert.ok(isDue(resting, NOW - 10 * MINUTE));
});
