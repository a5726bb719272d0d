import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import { createIdleCheck, returnMemory, returnMemoryWhenIdle } from '../../src/cli/heap-settings.ts';
import { eventually } from '../support/eventually.ts';

const INTERVAL_MS = 15_000;

/** The answers of the check for an interval with each of these processor times. */
function check(...used: number[]): boolean[] {
  const isIdle = createIdleCheck();
  isIdle(1000, 400);
  let [now, total] = [1000, 400];
  return used.map((ms) => {
    now += INTERVAL_MS;
    total += ms;
    return isIdle(now, total);
  });
}

test('a process is idle after five intervals with little work, until it has more', () => {
  assert.deepEqual(check(299, 0, 10, 299, 5, 0), [false, false, false, false, true, true]);
  assert.deepEqual(check(0, 0, 0, 0, 300, 0, 0), Array(7).fill(false), '2 % of a core is no rest');
  assert.deepEqual(check(0, 0, 0, 0, 0, 5000, 0, 0, 0, 0, 0).slice(4), [true, ...Array(5).fill(false), true]);
});

test('the time before the first check is not idle time', () => {
  const isIdle = createIdleCheck();
  const answers = Array.from({ length: 6 }, (_, index) => isIdle(1e9 + index * INTERVAL_MS, 400));
  assert.deepEqual(answers, [false, false, false, false, false, true]);
});

const newSpace = () =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.physical_space_size ?? 0;

/** Creates objects, of which a few survive, until V8's space for new objects is large. */
function fillNewSpace(): string[][] {
  const kept: string[][] = [];
  for (let turn = 0; turn < 200; turn += 1)
    kept[turn % 20] = Array.from({ length: 10_000 }, (_, index) => `${turn} ${index}`);
  assert.ok(newSpace() >= 16_000_000, `the space must be large, and it is ${newSpace()}`);
  return kept;
}

test("memory of V8's spaces is returned, garbage is collected, and nothing that is used is lost", () => {
  const kept = fillNewSpace();
  const bodies = Array.from({ length: 4 }, () => Buffer.alloc(8_000_000, 'a'));
  kept.length = 1;
  bodies.length = 1;

  returnMemory();
  const { total_physical_size: held, used_heap_size: used, external_memory: external } = getHeapStatistics();
  assert.ok(newSpace() < 4_000_000, `${newSpace()} are left in the space for new objects`);
  assert.ok(held - used < 8_000_000, `${held} are held for ${used}`);
  assert.ok(external < 16_000_000, `three bodies were garbage, and ${external} are left`);
  assert.equal(kept[0]?.at(-1), '180 9999');
  assert.ok(bodies[0]?.every((byte) => byte === 97));
  assert.equal(globalThis.gc, undefined, 'the collector stays hidden');
});

test('a process returns memory once it is idle, and again after the next burst', async () => {
  returnMemoryWhenIdle(200);
  for (let burst = 0; burst < 2; burst += 1) {
    fillNewSpace();
    await eventually('the space for new objects is small', async () => {
      await sleep(300);
      return newSpace() < 4_000_000;
    });
  }
});
