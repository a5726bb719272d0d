import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createFairQueue } from '../../../src/http/limits/fair-queue.ts';
import { connectRaw, requestFor } from '../../support/clients/raw-client.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestService } from '../../support/processes/service.ts';

/** One piece of work admitted at once, and one slice. */
const MOST_PER_TURN = 1 + 16;

/** How much `count` grew in each turn of the event loop until it reached `total`. */
async function growthPerTurn(count: () => number, total: number): Promise<number[]> {
  const growth: number[] = [];
  let isOver = false;
  let before = count();
  const watch = (): void => {
    const now = count();
    growth.push(now - before);
    before = now;
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  await eventually(`${total} are counted`, () => count() >= total);
  isOver = true;
  return [...growth, count() - before];
}

describe('a burst from 60 connections is answered over many turns of the event loop', () => {
  for (const path of ['/history?from=-1d&bucket=1h', '/sources', '/openapi.json']) {
    test(path, async (t) => {
      const service = await startTestService(t, { SOURCE: 'simulated' });
      await service.post();
      const clients = await Promise.all(Array.from({ length: 60 }, () => connectRaw(t, service.address)));
      // The server accepts one connection per turn: after all have had a response, all requests arrive in one turn.
      for (const { socket } of clients) socket.write(requestFor('/health/live'));
      for (const { until } of clients) await until((bytes) => bytes.includes('{"status":"ok"}'));
      const answered = () =>
        service.events.filter((event) => event.type === 'responded' && path.startsWith(event.route)).length;
      for (const { socket } of clients) socket.write(requestFor(path));
      const growth = await growthPerTurn(answered, 60);
      assert.ok(Math.max(...growth) <= MOST_PER_TURN, growth.filter((grown) => grown > 0).join());
      for (const { until } of clients) {
        await until((bytes) => bytes.toString('latin1').split('HTTP/1.1 200 OK').length === 3);
      }
    });
  }
});

test('client networks take turns, and the work of each stays in order', async () => {
  const queue = createFairQueue();
  const done: string[] = [];
  for (let index = 1; index <= 30; index += 1) queue.add('busy', () => done.push(`busy ${index}`));
  queue.add('light', () => done.push('light'));
  assert.equal(done.length, 0, 'nothing runs in the turn that adds it');
  await eventually('all is done', () => done.length === 31);
  assert.deepEqual(
    done.filter((name) => name !== 'light'),
    Array.from({ length: 30 }, (_, index) => `busy ${index + 1}`),
  );
  assert.equal(done.indexOf('light'), 1);
});

test('one request per turn is admitted at once, and none while others wait', async () => {
  const queue = createFairQueue();
  const done: string[] = [];
  const admit = (name: string): void => void queue.admit(name).then(() => done.push(name));
  admit('first');
  admit('second');
  admit('third');
  await Promise.resolve();
  assert.deepEqual(done, ['first']);
  await eventually('the others are admitted', () => done.length === 3);
  assert.deepEqual(done, ['first', 'second', 'third']);
  // The queue notices one turn later that it is empty.
  await nextTurn();
  await nextTurn();
  admit('fourth');
  await Promise.resolve();
  assert.equal(done.at(-1), 'fourth');
});

test('work that exceeds its slice, promise callbacks included, leaves the rest to later turns', async () => {
  const queue = createFairQueue();
  let done = 0;
  for (let count = 0; count < 10; count += 1) {
    queue.add('a', () => {
      queueMicrotask(() => {
        const until = performance.now() + 5;
        while (performance.now() < until);
        done += 1;
      });
    });
  }
  const growth = await growthPerTurn(() => done, 10);
  assert.equal(Math.max(...growth), 1);
});
