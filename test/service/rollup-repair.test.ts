import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import { StoreError } from '../../src/domain/errors.ts';
import type { ServiceEvent } from '../../src/service/observer.ts';
import { createMending } from '../../src/service/rollup-repair.ts';
import { logEvents } from '../../src/telemetry/log.ts';
import { eventually } from '../support/eventually.ts';
import { STORES, startKept } from '../support/stores/kept.ts';

const CHANGED: ServiceEvent = { type: 'changed_elsewhere' };

function begin(t: TestContext, mend: (signal: AbortSignal) => Promise<boolean>) {
  const stopping = new AbortController();
  const events: ServiceEvent[] = [];
  const mending = createMending({ mend, observe: (event) => events.push(event), signal: stopping.signal });
  const over = mending.run();
  t.after(async () => {
    stopping.abort();
    await over;
  });
  return { mending, events, stop: () => stopping.abort(), over };
}

test('looks at the start, and after each change, one look at a time, many changes in one', async (t) => {
  let looks = 0;
  let atOnce = 0;
  let release = (_changed: boolean): void => undefined;
  const { mending, events } = begin(t, async () => {
    looks += 1;
    atOnce += 1;
    assert.equal(atOnce, 1);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    release = resolve;
    return promise.finally(() => {
      atOnce -= 1;
    });
  });
  await eventually('it has looked 1 times', () => looks === 1);
  // What changes during a look may have been missed by it.
  for (let change = 0; change < 100; change += 1) mending.observe(CHANGED);
  release(true);
  await eventually('it has looked 2 times', () => looks === 2);
  release(false);
  await eventually('both looks were told', () => events.length === 2);
  assert.deepEqual(
    events.map((event) => event.type === 'mended' && event.changed),
    [true, false],
  );
  mending.observe({ type: 'summary_read', duration: 1 });
  mending.observe({ type: 'store_back' });
  await eventually('it has looked 3 times', () => looks === 3);
  release(false);
});

test('what fails is tried again by itself, and logged once', async (t) => {
  let looks = 0;
  const { events } = begin(t, async () => {
    looks += 1;
    if (looks < 3) throw new StoreError('unreachable', 'the store cannot be reached');
    return true;
  });
  await eventually('it has looked 3 times', () => looks === 3, 30_000);
  await eventually('all was told', () => events.length === 3);
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line).msg) });
  const observe = logEvents(log);
  for (const event of events) observe(event);
  assert.deepEqual(lines, [
    'the history cannot be made right',
    'the history can be made right again',
    'the history was made right',
  ]);
});

test('ends with its signal, in the middle of a look too, and tells no fault of that', async (t) => {
  const { events, stop, over } = begin(
    t,
    (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  );
  await new Promise(setImmediate);
  stop();
  await over;
  assert.deepEqual(events, []);
});

for (const [name, options] of STORES) {
  test(
    `${name}: the service looks at its start and after a refresh, and answers meanwhile`,
    options,
    async (t) => {
      const service = await startKept(t, name, Date.now, { SOURCE: 'simulated' });
      const looks = () => service.events.filter(({ type }) => type === 'mended').length;
      await eventually('it has looked', () => looks() === 1);
      assert.equal((await service.post()).status, 200);
      await eventually('it has looked again', () => looks() >= 2);
      assert.equal((await service.get('/health/ready')).status, 200);
    },
  );
}
