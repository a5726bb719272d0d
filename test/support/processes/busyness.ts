import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Turns until the thread has had 50 ms of a processor, and says how many times as long that took. */
const SPIN = `
  const { parentPort } = require('node:worker_threads');
  const spent = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000; };
  const [began, had] = [performance.now(), spent()];
  while (spent() - had < 50);
  parentPort.postMessage((performance.now() - began) / (spent() - had));
`;

/**
 * How many times as long work takes just now because other programs use the processors too: 1 on a machine that does
 * nothing else. A bound on how fast the page is, in milliseconds, is multiplied by it.
 */
export async function busyness(): Promise<number> {
  const times = await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      const [time] = await once(new Worker(SPIN, { eval: true }), 'message');
      return time as number;
    }),
  );
  return Math.max(1, times.reduce((sum, time) => sum + time, 0) / times.length);
}
