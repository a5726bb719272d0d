import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertTook } from '../processes/cpu-slowdown.ts';

export interface SequentialReader {
  /** Stops it, and asserts that every read so far succeeded within a second. */
  stop(): Promise<void>;
}

/**
 * Reads the answer again and again, one request at a time; ends with the test.
 *
 * @param mayBeEmpty whether the store may be empty meanwhile, so that reads return 503.
 */
export function startSequentialReader(
  t: TestContext,
  address: string,
  assertAnswer: (answer: unknown) => void,
  mayBeEmpty = false,
): SequentialReader {
  const stopping = new AbortController();
  const failures: string[] = [];
  let reads = 0;
  let slowestMs = 0;
  async function read(): Promise<void> {
    const began = performance.now();
    try {
      const response = await fetch(`${address}/is-bitcoin-lit`, { signal: AbortSignal.timeout(5000) });
      const answer = await response.json();
      const isEmpty = (answer as { code?: unknown }).code === 'nothing_known';
      if (mayBeEmpty && response.status === 503 && isEmpty) return;
      if (response.status !== 200) failures.push(`status ${response.status}`);
      else assertAnswer(answer);
    } catch (error) {
      failures.push(String(error));
    } finally {
      reads += 1;
      slowestMs = Math.max(slowestMs, performance.now() - began);
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
      assert.deepEqual(failures, []);
      assert.ok(reads > 10, `${reads} reads`);
      await assertTook(slowestMs, 1000, 'a read');
    },
  };
}
