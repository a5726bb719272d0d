import { executionAsyncResource } from 'node:async_hooks';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Limits V8's space for new objects, which otherwise grows to tens of megabytes before garbage is collected. Only for
 * commands that allocate a stream of short-lived objects: a server would lose a fifth of its throughput.
 */
export function limitYoungGeneration(): void {
  setFlagsFromString('--max-semi-space-size=4');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Collects old objects once they have grown by 30 % since the last collection, instead of doubling. A burst of requests then
 * raises resident memory by about 60 MB instead of 110 to 160 MB (`bench/paused-readers.ts`).
 */
export function collectOldObjectsEarly(): void {
  setFlagsFromString('--heap-growing-percent=30');
}

const keptTicks: object[] = [];

/**
 * Keeps `process.nextTick` fast, by which Node.js handles each request: it takes seven times as long once V8 has collected
 * the hidden class of its objects, which happens if there is no such object during a few major collections
 * (`findings/node-next-tick-slow-after-gc.sh`). So one of them is kept. Call it early.
 */
export function keepNextTickFast(): void {
  process.nextTick(() => keptTicks.push(executionAsyncResource()));
}

const CHECK_INTERVAL_MS = 15_000;

/** Large bodies are dropped after a minute without use. This is longer, so that their memory is returned too. */
const IDLE_CHECKS = 5;

/** The share of a core that a hundred cached answers per second do not take. */
const IDLE_USE = 0.02;

/** The next requests pay for it: they allocate the memory again. */
const MIN_GAIN_BYTES = 16_000_000;

/** After this time, what was in use at the last return may be garbage. */
const MAX_INTERVAL_MS = 600_000;

/**
 * Returns a check, for calls at regular intervals: true once the process has been nearly idle for five of them.
 *
 * @returns a function of the time and the processor time used so far, both in milliseconds.
 */
export function createIdleCheck(): (now: number, usedMs: number) => boolean {
  let last: { readonly now: number; readonly usedMs: number } | undefined;
  let idleChecks = 0;
  return (now, usedMs) => {
    const isIdle = last !== undefined && usedMs - last.usedMs < IDLE_USE * (now - last.now);
    idleChecks = isIdle ? idleChecks + 1 : 0;
    last = { now, usedMs };
    return idleChecks >= IDLE_CHECKS;
  };
}

/**
 * Collects all garbage, and returns the free memory of V8's spaces to the system, which V8 never does in an idle service
 * (`findings/node-idle-heap-stays-large.sh`). It holds the event loop for about 20 ms.
 */
export function returnMemory(): void {
  // A context has the function if the flag is set when it is created.
  setFlagsFromString('--expose-gc');
  const collect: ((options: object) => void) | undefined = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  // Otherwise, functions that have not run for half a minute would have to be compiled again.
  setFlagsFromString('--no-flush-bytecode');
  collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setFlagsFromString('--flush-bytecode');
}

/** What V8 holds, garbage included. */
function heldBytes(): number {
  const { total_physical_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/** Returns memory whenever the process has been idle for more than a minute and there is enough of it. */
export function returnMemoryWhenIdle(intervalMs = CHECK_INTERVAL_MS): void {
  const isIdle = createIdleCheck();
  let leastBytes = 0;
  let returnedAt = Number.NEGATIVE_INFINITY;
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    const now = performance.now();
    if (!isIdle(now, (user + system) / 1000)) return;
    if (heldBytes() - leastBytes < MIN_GAIN_BYTES && now - returnedAt < MAX_INTERVAL_MS) return;
    returnMemory();
    leastBytes = heldBytes();
    returnedAt = now;
  }, intervalMs).unref();
}
