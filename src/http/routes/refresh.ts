import rateLimiting from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ignoreRejection } from '../../domain/errors.ts';
import type { Refresh } from '../../service/refresh.ts';
import type { RefreshReport } from '../../service/refresh-report.ts';
import { requireBearer } from '../bearer.ts';
import { refuseCrossSite } from '../cross-site.ts';
import { HttpError } from '../problem.ts';
import { problems } from '../problem-responses.ts';
import { ReportSchema, report } from './refresh-report.ts';

export interface RefreshRouteOptions {
  readonly refresh: Refresh;
  readonly token: string | undefined;
  /** Passes that one address may begin in a minute; 0: no limit. */
  readonly rateLimit: number;
  readonly clock: () => number;
}

/** Admits who may begin a pass. Joining one that is under way is free, so it is looked at first. */
function createAdmission(app: FastifyInstance, { refresh, rateLimit }: RefreshRouteOptions) {
  const limit = app.createRateLimit({ max: rateLimit, timeWindow: 60_000 });
  let judging: Promise<unknown> | undefined;

  async function judge(request: FastifyRequest): Promise<void> {
    const verdict = await limit(request);
    if (verdict.isAllowed || !verdict.isExceeded) return;
    const headers = { 'Retry-After': String(verdict.ttlInSeconds) };
    const message = `this address may begin ${rateLimit} refreshes a minute`;
    throw new HttpError(429, 'too_many_refreshes', message, { headers });
  }

  return async (request: FastifyRequest): Promise<RefreshReport> => {
    // One is judged at a time, so that of many who come at once one begins, and the others join it.
    while (judging) await judging.catch(ignoreRejection);
    if (!refresh.isRunning() && rateLimit > 0) {
      judging = judge(request).finally(() => {
        judging = undefined;
      });
      await judging;
    }
    return refresh.run();
  };
}

/** `POST /refresh`: one pass, and what it brought. */
export async function refreshRoute(app: FastifyInstance, options: RefreshRouteOptions): Promise<void> {
  await app.register(rateLimiting, { global: false });
  const admit = createAdmission(app, options);
  const { token, clock } = options;
  // A page of another site has no token, and a browser sends none by itself.
  const admitClient = token === undefined ? refuseCrossSite : requireBearer(token, clock);

  const schema = {
    summary: 'Pull new data from the source',
    description:
      'Calls that come while a pass is under way join it. It can be repeated at will. ' +
      'Where the service has no token, calls by pages of another origin are refused.',
    operationId: 'refresh',
    ...(token !== undefined && { security: [{ bearer: [] }] }),
    response: {
      200: { description: 'What the pass brought', ...ReportSchema },
      ...problems({
        400: 'The body is not the JSON that it claims to be; none is needed',
        ...(token === undefined
          ? { 403: 'The call comes from a page of another origin, and this service has no token' }
          : { 401: 'The bearer token is missing or wrong' }),
        413: 'The body is too large; none is needed',
        415: 'The body is of an unknown type; none is needed',
        429: 'This address has begun too many refreshes, or shown too many wrong tokens',
        502: 'The source cannot be reached, or sent nothing usable; nothing was changed',
        503: 'The store failed; a part may be kept, and repeating is safe',
        504: 'The source took too long; nothing was changed',
      }),
    },
  };

  app.post('/refresh', { schema, onRequest: async (request) => admitClient(request) }, async (request) =>
    report(await admit(request)),
  );
}
