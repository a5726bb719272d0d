import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something is so; what throws is not so yet. Fails after the limit, in milliseconds.
 *
 * @returns how long it took, in milliseconds.
 */
export async function eventually(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  limit = 20_000,
): Promise<number> {
  const began = performance.now();
  let last: unknown;
  for (;;) {
    const took = performance.now() - began;
    assert.ok(took < limit, `after ${limit} ms it is not so that ${what} (${last})`);
    try {
      last = await isSo();
      if (last) return took;
    } catch (error) {
      last = error;
    }
    await sleep(20);
  }
}
