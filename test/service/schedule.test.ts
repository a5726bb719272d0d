import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSchedule } from '../../src/service/schedule.ts';

test('each refresh after the first starts with a delay after its tick', async () => {
  const [intervalMs, delayMs] = [1000, 300];
  const end = new AbortController();
  const began: number[] = [];
  await runSchedule({
    refresh: {
      async run() {
        began.push(Date.now());
        if (began.length === 4) end.abort();
        throw new Error('reported elsewhere');
      },
      isRunning: () => false,
    },
    coordinator: undefined,
    clock: Date.now,
    intervalMs,
    tickDelayMs: async () => delayMs,
    observe: () => undefined,
    signal: end.signal,
  });
  const [, ...ticks] = began;
  assert.equal(ticks.length, 3);
  // Timers may be late, and by a millisecond early.
  for (const time of ticks)
    assert.ok(time % intervalMs >= delayMs - 2, `${time % intervalMs} ms after its tick`);
});
