import assert from 'node:assert/strict';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Runs until the thread has used 50 ms of processor time, and reports the ratio of wall time to processor time. */
const SPIN = `
  const { parentPort } = require('node:worker_threads');
  const spent = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000; };
  const [began, had] = [performance.now(), spent()];
  while (spent() - had < 50);
  parentPort.postMessage((performance.now() - began) / (spent() - had));
`;

/**
 * How many times as long work takes at the moment because other programs use the processors too: 1 on an idle machine.
 * Tests multiply their time limits by it. It takes 50 ms of each processor.
 */
export async function cpuSlowdown(): Promise<number> {
  const slowdowns = await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      const [time] = await once(new Worker(SPIN, { eval: true }), 'message');
      return time as number;
    }),
  );
  return Math.max(1, slowdowns.reduce((sum, time) => sum + time, 0) / slowdowns.length);
}

/** Asserts that something took less than a limit, which is longer while other programs use the processors. */
export async function assertTook(tookMs: number, limitMs: number, what: string): Promise<void> {
  if (tookMs < limitMs) return;
  assert.ok(tookMs < limitMs * (await cpuSlowdown()), `${what} took ${Math.round(tookMs)} ms`);
}
