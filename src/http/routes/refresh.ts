import rateLimiting from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ignoreRejection } from '../../domain/errors.ts';
import type { Refresh } from '../../service/refresh.ts';
import type { RefreshReport } from '../../service/refresh-report.ts';
import { requireBearer } from '../bearer.ts';
import { clientNetwork } from '../clients/network.ts';
import { rejectCrossSite } from '../cross-site.ts';
import { HttpError, problemResponses } from '../problem.ts';
import { ReportSchema, report } from './refresh-report.ts';

export interface RefreshRouteOptions {
  readonly refresh: Refresh;
  readonly refreshToken: string | undefined;
  /** Refreshes that one address may start per minute; 0: no limit. */
  readonly rateLimit: number;
  readonly clock: () => number;
}

/** Limits how many refreshes a client may start. Joining a running refresh is not limited. */
function createAdmission(app: FastifyInstance, { refresh, rateLimit }: RefreshRouteOptions) {
  const limit = app.createRateLimit({
    max: rateLimit,
    timeWindow: 60_000,
    keyGenerator: clientNetwork,
  });
  let checking: Promise<unknown> | undefined;

  async function check(request: FastifyRequest): Promise<void> {
    const verdict = await limit(request);
    if (verdict.isAllowed || !verdict.isExceeded) return;
    const headers = { 'Retry-After': String(verdict.ttlInSeconds) };
    const message = `this address may start ${rateLimit} refreshes per minute`;
    throw new HttpError(429, 'too_many_refreshes', message, { headers });
  }

  return async (request: FastifyRequest): Promise<RefreshReport> => {
    // One check at a time: of many requests that arrive together, one starts the refresh and the others join it.
    while (checking) await checking.catch(ignoreRejection);
    if (!refresh.isRunning() && rateLimit > 0) {
      checking = check(request).finally(() => {
        checking = undefined;
      });
      await checking;
    }
    return refresh.run();
  };
}

/** `POST /refresh`. */
export async function refreshRoute(app: FastifyInstance, options: RefreshRouteOptions): Promise<void> {
  await app.register(rateLimiting, { global: false });
  const admit = createAdmission(app, options);
  const { refreshToken: token, clock } = options;
  // A page of another site does not know the token, and browsers do not add it.
  const admitClient = token === undefined ? rejectCrossSite : requireBearer(token, clock);

  const schema = {
    summary: 'Pull new data from the source',
    description:
      'A call during a refresh joins it. Safe to repeat. If the service has no token, it rejects calls from pages of other origins.',
    operationId: 'refresh',
    ...(token !== undefined && { security: [{ bearer: [] }] }),
    response: {
      200: { description: 'The result of the refresh', ...ReportSchema },
      ...problemResponses({
        400: 'The body is not valid JSON; no body is needed',
        ...(token === undefined
          ? { 403: 'The call comes from a page of another origin, and this service has no token' }
          : { 401: 'The bearer token is missing or wrong' }),
        413: 'The body is too large; no body is needed',
        415: 'The body has an unsupported type; no body is needed',
        429: 'This address has started too many refreshes, or sent too many wrong tokens',
        502: 'The source is unreachable, or sent nothing usable; nothing was changed',
        503: 'The store failed; some samples may have been stored, and it is safe to retry',
        504: 'The source took too long; nothing was changed',
      }),
    },
  };

  app.post('/refresh', { schema, onRequest: async (request) => admitClient(request) }, async (request) =>
    report(await admit(request)),
  );
}
