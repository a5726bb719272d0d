import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { StoreError } from '../../../src/domain/errors.ts';
import { abortable, createSharedWork } from '../../../src/http/limits/shared-work.ts';
import { HttpError } from '../../../src/http/problem.ts';

const BOUNDS = { maxRunning: 2, maxWaiting: 3, deadlineMs: 60_000 };
const never = new AbortController().signal;

function begin(t: TestContext, bounds: Partial<typeof BOUNDS> = {}) {
  const ending = new AbortController();
  t.after(() => ending.abort());
  const joinWork = createSharedWork<string>({ ...BOUNDS, ...bounds, signal: ending.signal });
  const begun: string[] = [];
  const ended: string[] = [];
  const releases = new Map<string, (outcome: string | Error) => void>();
  const join = (key: string, leaving: AbortSignal = never) =>
    joinWork(
      key,
      (signal) => {
        begun.push(key);
        const { promise, resolve, reject } = Promise.withResolvers<string>();
        releases.set(key, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
        signal.addEventListener('abort', () => {
          ended.push(key);
          reject(new Error('ended'));
        });
        return promise;
      },
      leaving,
    );
  const release = async (key: string, outcome: string | Error = key) => {
    releases.get(key)?.(outcome);
    await turn();
  };
  return { join, begun, ended, release, end: (reason: Error) => ending.abort(reason) };
}

test('waiting until a signal leaves nothing behind at the signal', async () => {
  const { signal } = new AbortController();
  for (let count = 0; count < 100; count += 1) {
    assert.equal(await abortable(Promise.resolve(count), signal), count);
    await assert.rejects(abortable(Promise.reject(new Error('failed')), signal), /failed/);
  }
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
});

test('requests for the same work share one result', async (t) => {
  const { join, begun, release } = begin(t);
  const all = [join('a'), join('a'), join('a')];
  await turn();
  await release('a', 'made');
  assert.deepEqual(await Promise.all(all), ['made', 'made', 'made']);
  assert.deepEqual(begun, ['a']);
  const later = join('a');
  await turn();
  await release('a', 'anew');
  assert.equal(await later, 'anew');
});

test('running and waiting work is limited, in order of arrival; more is rejected', async (t) => {
  const { join, begun, release } = begin(t);
  const all = ['a', 'b', 'c', 'd', 'e'].map((key) => join(key));
  await turn();
  assert.deepEqual(begun, ['a', 'b']);
  await assert.rejects(join('f'), (error) => {
    assert.ok(error instanceof HttpError);
    assert.deepEqual([error.status, error.code], [503, 'too_many_histories']);
    assert.ok(Number(error.headers['Retry-After']) > 0);
    return true;
  });
  // Joining waiting work adds nothing to the queue.
  const joined = join('e');
  await release('b');
  assert.deepEqual(begun, ['a', 'b', 'c']);
  const after = join('f');
  for (const key of ['a', 'c', 'd', 'e', 'f']) await release(key);
  assert.deepEqual(begun, ['a', 'b', 'c', 'd', 'e', 'f']);
  assert.deepEqual(await Promise.all([...all, joined, after]), ['a', 'b', 'c', 'd', 'e', 'e', 'f']);
});

test('failed work makes room, and fails for all who wait for it', async (t) => {
  const { join, begun, release } = begin(t, { maxRunning: 1 });
  const fault = new Error('broken');
  const outcomes = Promise.allSettled([join('a'), join('a'), join('b')]);
  await turn();
  await release('a', fault);
  await release('b');
  assert.deepEqual(await outcomes, [
    { status: 'rejected', reason: fault },
    { status: 'rejected', reason: fault },
    { status: 'fulfilled', value: 'b' },
  ]);
  assert.deepEqual(begun, ['a', 'b']);
});

test('work continues while anyone waits for it, and is aborted with the last', async (t) => {
  const { join, ended, begun, release } = begin(t, { maxRunning: 1 });
  const [one, other, third] = [new AbortController(), new AbortController(), new AbortController()];
  const outcomes = Promise.allSettled([
    join('a', one.signal),
    join('a', other.signal),
    join('b', third.signal),
  ]);
  await turn();
  one.abort(new Error('left'));
  third.abort(new Error('left before its turn'));
  await turn();
  assert.deepEqual(ended, []);
  other.abort(new Error('left too'));
  await turn();
  assert.deepEqual(ended, ['a']);
  assert.deepEqual(
    (await outcomes).map((one) => one.status === 'rejected' && one.reason.message),
    ['left', 'left too', 'left before its turn'],
  );
  // Both have made room.
  const next = join('a');
  await turn();
  await release('a', 'anew');
  assert.equal(await next, 'anew');
  assert.deepEqual(begun, ['a', 'a']);
  await assert.rejects(join('c', AbortSignal.abort(new Error('gone'))), /gone/);
});

test('work that exceeds its deadline is aborted, including the wait for its turn', async (t) => {
  const { join, ended } = begin(t, { maxRunning: 1, deadlineMs: 50 });
  const isLate = (error: unknown) => error instanceof StoreError && error.code === 'timeout';
  await Promise.all([assert.rejects(join('a'), isLate), assert.rejects(join('b'), isLate)]);
  assert.ok(ended.includes('a'));
});

test('all work is aborted when the service stops', async (t) => {
  const { join, end } = begin(t, { maxRunning: 1 });
  const reason = new Error('stopping');
  const outcomes = Promise.all([assert.rejects(join('a'), reason), assert.rejects(join('b'), reason)]);
  await turn();
  end(reason);
  await outcomes;
  await assert.rejects(join('c'), reason);
});
