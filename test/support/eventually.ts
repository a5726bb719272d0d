import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until a condition is true. An exception counts as false.
 *
 * @returns how long it took, in milliseconds.
 */
export async function eventually(
  condition: string,
  isTrue: () => Promise<boolean> | boolean,
  timeoutMs = 20_000,
): Promise<number> {
  const began = performance.now();
  let last: unknown;
  for (;;) {
    const took = performance.now() - began;
    assert.ok(took < timeoutMs, `not true within ${timeoutMs} ms: ${condition} (${last})`);
    try {
      last = await isTrue();
      if (last) return took;
    } catch (error) {
      last = error;
    }
    await sleep(20);
  }
}
