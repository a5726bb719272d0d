import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { busyness } from '../processes/busyness.ts';

export interface Reader {
  /** Ends it, and asserts that every read so far was answered alike, each within a second. */
  stop(): Promise<void>;
}

/**
 * Reads all the time, as readers do who know nothing of what happens to the store; ends with the test.
 *
 * @param mayBeEmpty whether the store may hold nothing meanwhile, and reads say so.
 */
export function readAllTheTime(
  t: TestContext,
  address: string,
  assertAnswer: (answer: unknown) => void,
  mayBeEmpty = false,
): Reader {
  const stopping = new AbortController();
  const faults: string[] = [];
  let reads = 0;
  let slowest = 0;
  async function read(): Promise<void> {
    const began = performance.now();
    try {
      const response = await fetch(`${address}/is-bitcoin-lit`, { signal: AbortSignal.timeout(5000) });
      const answer = await response.json();
      const isEmpty = (answer as { code?: unknown }).code === 'nothing_known';
      if (mayBeEmpty && response.status === 503 && isEmpty) return;
      if (response.status !== 200) faults.push(`status ${response.status}`);
      else assertAnswer(answer);
    } catch (error) {
      faults.push(String(error));
    } finally {
      reads += 1;
      slowest = Math.max(slowest, performance.now() - began);
    }
  }
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await read();
      await sleep(10);
    }
  })();
  t.after(() => stopping.abort());
  return {
    async stop() {
      stopping.abort();
      await loop;
      assert.deepEqual(faults, []);
      assert.ok(reads > 10, `${reads} reads`);
      assert.ok(slowest < 1000 * (await busyness()), `a read took ${slowest} ms`);
    },
  };
}
