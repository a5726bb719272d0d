import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import type { Observe } from '../service/observer.ts';
import { HttpError, RETRY_AFTER } from './problem.ts';

/**
 * How late the event loop may be, on average over a second, before work is refused. The cached read comes in
 * microseconds even then; what would be refused here takes longer, or stays. Milliseconds.
 */
const MOST_DELAY = 500;

/** Refuses requests of this scope while the process has more to do than it can. */
export async function shedLoad(app: FastifyInstance, { observe }: { observe: Observe }): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: MOST_DELAY,
    async pressureHandler() {
      observe({ type: 'shed' });
      const message = 'the service has more to do than it can just now';
      throw new HttpError(503, 'overloaded', message, { headers: RETRY_AFTER });
    },
  });
}
