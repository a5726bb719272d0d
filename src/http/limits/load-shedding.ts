import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { Observe } from '../../service/observer.ts';
import { HttpError, RETRY_AFTER } from '../problem.ts';

/**
 * How late the event loop may be, on average over each of two looks, before work is refused. The cached read comes in
 * microseconds even then; what would be refused here takes longer, or stays. Milliseconds.
 */
const MOST_DELAY = 500;

/** What is late in one look only, as a start on a busy machine, is over when it is seen. */
const LATE_LOOKS = 2;

/** Milliseconds. */
const LOOK = 1000;

/** How often the loop's delay is measured, which is a part of what is measured. Milliseconds. */
const RESOLUTION = 10;

/**
 * Refuses requests of this scope while the process is overloaded. (`@fastify/under-pressure` asks for
 * the memory in use each second, which fails, and ends the process, once the limit of open files is reached.)
 */
export function shedLoad(app: FastifyInstance, { observe }: { observe: Observe }): void {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  delays.enable();
  let lateLooks = 0;
  const timer = setInterval(() => {
    // Not one turn of the loop was measured: it never came round.
    const delay = Number.isNaN(delays.mean) ? Number.POSITIVE_INFINITY : delays.mean / 1e6 - RESOLUTION;
    lateLooks = delay > MOST_DELAY ? lateLooks + 1 : 0;
    delays.reset();
  }, LOOK).unref();
  app.addHook('onClose', async () => {
    clearInterval(timer);
    delays.disable();
  });
  app.addHook('onRequest', async () => {
    if (lateLooks < LATE_LOOKS) return;
    observe({ type: 'shed' });
    const message = 'the service is overloaded';
    throw new HttpError(503, 'overloaded', message, { headers: RETRY_AFTER });
  });
}
