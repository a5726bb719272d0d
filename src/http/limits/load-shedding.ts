import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { Observe } from '../../service/observer.ts';
import { HttpError, RETRY_AFTER } from '../problem.ts';

/** The mean delay of the event loop above which an interval counts as overloaded. */
const MAX_DELAY_MS = 500;

/** A delay in a single interval, such as a start on a busy machine, is over when it is measured. */
const OVERLOADED_INTERVALS = 2;

const INTERVAL_MS = 1000;

/** How often the delay is sampled. The sampling interval itself is part of the measured delay. */
const RESOLUTION_MS = 10;

/**
 * Returns a check that rejects a request with 503 while the process is overloaded. (`@fastify/under-pressure` reads the memory usage
 * each second, which throws and ends the process once no file descriptors are left.)
 */
export function shedLoad(app: FastifyInstance, { observe }: { observe: Observe }): () => void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delays.enable();
  let overloadedIntervals = 0;
  const timer = setInterval(() => {
    // NaN: the event loop was held for the whole interval.
    const delayMs = Number.isNaN(delays.mean) ? Number.POSITIVE_INFINITY : delays.mean / 1e6 - RESOLUTION_MS;
    overloadedIntervals = delayMs > MAX_DELAY_MS ? overloadedIntervals + 1 : 0;
    delays.reset();
  }, INTERVAL_MS).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    delays.disable();
  });
  return () => {
    if (overloadedIntervals < OVERLOADED_INTERVALS) return;
    observe({ type: 'shed' });
    throw new HttpError(503, 'overloaded', 'the service is overloaded', { headers: RETRY_AFTER });
  };
}
