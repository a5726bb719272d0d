/** How long queued work may hold one turn of the event loop, apart from the last piece's overrun. Milliseconds. */
const SLICE_MS = 2;

/** Pieces of work in one slice, at most. */
const MOST_PER_SLICE = 16;

export interface FairQueue {
  /**
   * Calls `work` in a later turn of the event loop.
   *
   * @param network the client's, of `clients/network.ts`.
   */
  add(network: string, work: () => void): void;
  /** Resolves at once if nothing is queued and this turn of the event loop has admitted nothing yet; else in a later turn. */
  admit(network: string): Promise<void>;
}

/**
 * Spreads work over turns of the event loop, a time slice in each, so that no burst of requests delays other clients by more
 * than a slice. Client networks take turns (round robin), so a client with much work delays only itself.
 *
 * Its length has no limit of its own: a connection has one answer under way at a time, and connections are limited.
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
   * Schedules the next turn's slice. Each piece of work has an immediate of its own: Node.js runs all promise callbacks
   * between two immediates, so the time taken includes what the work leaves to them.
   */
  function scheduleSlice(): void {
    if (size === 0) {
      isRunning = false;
      return;
    }
    let endsAt = Number.POSITIVE_INFINITY;
    for (let count = Math.min(size, MOST_PER_SLICE); count > 0; count -= 1) {
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
