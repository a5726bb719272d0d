import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pino from 'pino';
import { StoreError } from '../../src/domain/errors.ts';
import type { ServiceEvent } from '../../src/service/observer.ts';
import { createRollupRepair } from '../../src/service/rollup-repair.ts';
import { logEvents } from '../../src/telemetry/log.ts';
import { eventually } from '../support/eventually.ts';
import { STORES, startKept } from '../support/stores/kept.ts';

const CHANGED: ServiceEvent = { type: 'changed_elsewhere' };

function begin(t: TestContext, repair: (signal: AbortSignal) => Promise<boolean>) {
  const stopping = new AbortController();
  const events: ServiceEvent[] = [];
  const rollups = createRollupRepair({
    store: { repair },
    observe: (event) => events.push(event),
    signal: stopping.signal,
  });
  const over = rollups.run();
  t.after(async () => {
    stopping.abort();
    await over;
  });
  return { rollups, events, stop: () => stopping.abort(), over };
}

test('repairs at the start and after changes, one repair at a time, once for many changes', async (t) => {
  let repairs = 0;
  let atOnce = 0;
  let release = (_changed: boolean): void => undefined;
  const { rollups, events } = begin(t, async () => {
    repairs += 1;
    atOnce += 1;
    assert.equal(atOnce, 1);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    release = resolve;
    return promise.finally(() => {
      atOnce -= 1;
    });
  });
  await eventually('the first repair', () => repairs === 1);
  // A repair may miss changes while it runs.
  for (let change = 0; change < 100; change += 1) rollups.observe(CHANGED);
  release(true);
  await eventually('the second repair', () => repairs === 2);
  release(false);
  await eventually('both repairs are reported', () => events.length === 2);
  assert.deepEqual(
    events.map((event) => event.type === 'rollups_repaired' && event.changed),
    [true, false],
  );
  rollups.observe({ type: 'summary_read', duration: 1 });
  rollups.observe({ type: 'store_back' });
  await eventually('the third repair', () => repairs === 3);
  release(false);
});

test('a failed repair is retried, and logged once', async (t) => {
  let repairs = 0;
  const { events } = begin(t, async () => {
    repairs += 1;
    if (repairs < 3) throw new StoreError('unreachable', 'the store cannot be reached');
    return true;
  });
  await eventually('the third repair', () => repairs === 3, 30_000);
  await eventually('all events', () => events.length === 3);
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line).msg) });
  const observe = logEvents(log);
  for (const event of events) observe(event);
  assert.deepEqual(lines, [
    'the history cannot be repaired',
    'the history can be repaired again',
    'the history was repaired',
  ]);
});

test('the signal ends it, even during a repair, without a failure', async (t) => {
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
    `${name}: the service repairs at its start and after a refresh, and answers meanwhile`,
    options,
    async (t) => {
      const service = await startKept(t, name, Date.now, { SOURCE: 'simulated' });
      const repairs = () => service.events.filter(({ type }) => type === 'rollups_repaired').length;
      await eventually('the repair at the start', () => repairs() === 1);
      assert.equal((await service.post()).status, 200);
      await eventually('the repair after the refresh', () => repairs() >= 2);
      assert.equal((await service.get('/health/ready')).status, 200);
    },
  );
}
