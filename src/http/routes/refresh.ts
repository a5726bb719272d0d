import rateLimiting from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { ignoreRejection } from '../../domain/errors.ts';
import type { Refresh } from '../../service/refresh.ts';
import type { RefreshReport } from '../../service/refresh-report.ts';
import { type CheckToken, createTokenCheck, requireBearer } from '../bearer.ts';
import { clientNetwork } from '../clients/network.ts';
import { rejectCrossSite } from '../cross-site.ts';
import { HttpError, problemResponses } from '../problem.ts';
import { SCHEMA_CONTROLLER } from '../schema-compilers.ts';
import { ReportSchema, report } from './refresh-report.ts';

/** What stands between clients and a refresh. */
export interface RefreshGuard {
  /** `undefined` if no token is required. */
  readonly checkToken: CheckToken | undefined;
  /** Starts a refresh for a client network, or joins the running one. @throws HttpError 429, or like `Refresh.run`. */
  run(network: string): Promise<RefreshReport>;
}

interface RefreshGuardOptions {
  readonly refresh: Refresh;
  readonly refreshToken: string | undefined;
  /** Refreshes that one address may start per minute; 0: no limit. */
  readonly rateLimit: number;
  readonly clock: () => number;
}

export interface RefreshRouteOptions {
  /** A guard, or what to make one of. */
  readonly refreshing: RefreshGuard | RefreshGuardOptions;
}

/** Limits how many refreshes a client may start. Joining a running refresh is not limited. */
async function createRefreshGuard(
  app: FastifyInstance,
  { refresh, refreshToken, rateLimit, clock }: RefreshGuardOptions,
): Promise<RefreshGuard> {
  await app.register(rateLimiting, { global: false });
  const limit = app.createRateLimit({
    max: rateLimit,
    timeWindow: 60_000,
    keyGenerator: ({ ip }) => ip,
  });
  let checking: Promise<unknown> | undefined;

  async function check(network: string): Promise<void> {
    // All that it reads of a request.
    const verdict = await limit({ ip: network, routeOptions: {} } as FastifyRequest);
    if (verdict.isAllowed || !verdict.isExceeded) return;
    const headers = { 'Retry-After': String(verdict.ttlInSeconds) };
    const message = `this address may start ${rateLimit} refreshes per minute`;
    throw new HttpError(429, 'too_many_refreshes', message, { headers });
  }

  async function run(network: string): Promise<RefreshReport> {
    // One check at a time: of many requests that arrive together, one starts the refresh and the others join it.
    while (checking) await checking.catch(ignoreRejection);
    if (!refresh.isRunning() && rateLimit > 0) {
      checking = check(network).finally(() => {
        checking = undefined;
      });
      await checking;
    }
    return refresh.run();
  }

  const checkToken = refreshToken === undefined ? undefined : createTokenCheck(refreshToken, clock);
  return { checkToken, run };
}

/** A guard for a process that serves no requests itself. */
export const openRefreshGuard = (options: RefreshGuardOptions): Promise<RefreshGuard> =>
  createRefreshGuard(fastify({ schemaController: SCHEMA_CONTROLLER }), options);

/** `POST /refresh`. */
export async function refreshRoute(app: FastifyInstance, { refreshing }: RefreshRouteOptions): Promise<void> {
  const guard = 'run' in refreshing ? refreshing : await createRefreshGuard(app, refreshing);
  const { checkToken } = guard;
  // A page of another site does not know the token, and browsers do not add it.
  const admitClient = checkToken ? requireBearer(checkToken) : rejectCrossSite;

  const schema = {
    summary: 'Fetch new data',
    description:
      'You can safely repeat the call. A call during a refresh gets its result. Without a token, the service rejects calls from web pages of other origins.',
    operationId: 'refresh',
    ...(checkToken && { security: [{ bearer: [] }] }),
    response: {
      200: { description: 'The result of the refresh', ...ReportSchema },
      ...problemResponses({
        400: 'The body is not valid JSON; no body is needed',
        ...(checkToken
          ? { 401: 'The bearer token is missing or wrong' }
          : { 403: 'The call comes from a page of another origin, and this service has no token' }),
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
    report(await guard.run(clientNetwork(request))),
  );
}
