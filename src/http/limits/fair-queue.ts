/** How long queued work may hold one turn of the event loop, plus the overrun of the last piece. */
const SLICE_MS = 2;

const MAX_PIECES_PER_SLICE = 16;

export interface FairQueue {
  /**
   * Calls `work` in a later turn of the event loop.
   *
   * @param network the client's, from `clients/network.ts`.
   */
  add(network: string, work: () => void): void;
  /** Resolves at once if nothing is queued and nothing was admitted in this turn of the event loop; otherwise in a later turn. */
  admit(network: string): Promise<void>;
}

/**
 * Spreads work over turns of the event loop, one time slice in each, so that no burst of requests delays other clients by
 * more than a slice. Client networks take turns (round robin), so a client with much work delays only itself.
 *
 * The limit on connections also limits the queue, since each connection has one response at a time.
 */
export function createFairQueue(): FairQueue {
  const queues = new Map<string, (() => void)[]>();
  let size = 0;
  let isRunning = false;

  function runNext(): void {
    for (const [network, queue] of queues) {
      queues.delete(network);
      const work = queue.shift();
      if (queue.length > 0) queues.set(network, queue);
      size -= 1;
      work?.();
      return;
    }
  }

  /**
   * Schedules the slice of the next turn. Each piece of work has its own immediate: Node.js runs all promise callbacks
   * between two immediates, so the measured time includes the callbacks of the work.
   */
  function scheduleSlice(): void {
    if (size === 0) {
      isRunning = false;
      return;
    }
    let endsAt = Number.POSITIVE_INFINITY;
    for (let count = Math.min(size, MAX_PIECES_PER_SLICE); count > 0; count -= 1) {
      setImmediate(() => {
        if (endsAt === Number.POSITIVE_INFINITY) endsAt = performance.now() + SLICE_MS;
        if (performance.now() < endsAt) runNext();
      });
    }
    setImmediate(scheduleSlice);
  }

  function add(network: string, work: () => void): void {
    const queue = queues.get(network);
    if (queue) queue.push(work);
    else queues.set(network, [work]);
    size += 1;
    if (isRunning) return;
    isRunning = true;
    scheduleSlice();
  }

  return {
    add,
    async admit(network) {
      if (isRunning) return new Promise((resolve) => add(network, resolve));
      isRunning = true;
      setImmediate(scheduleSlice);
    },
  };
}
