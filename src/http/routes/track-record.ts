import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { TrackRecordSchema } from '../../domain/past/track-record-answer.ts';
import type { TrackRecords } from '../../service/past/track-records.ts';
import { etagOf, matchesEtag, weak } from '../caching/conditional.ts';
import { SHORT_CACHING } from '../caching/prepared-answer.ts';
import type { TaggedBody } from '../caching/shared-bodies.ts';
import { createSharedWork } from '../limits/shared-work.ts';
import { problemResponses } from '../problem.ts';
import { explain, LONG_CACHING, MEDIA_TYPES, TIME_FORMS, timeParameter } from '../query.ts';

const DEFAULTS = { from: 'oldest', to: 'now' } as const;

const QuerySchema = Type.Object({
  from: timeParameter(DEFAULTS.from, `The range starts with the hour of this time: ${TIME_FORMS}`, [
    '-1y',
    '2021-01-01',
  ]),
  to: timeParameter(
    DEFAULTS.to,
    'The range ends with the last hour that has ended by this time; same formats as `from`',
    ['now', '2022-01-01'],
  ),
});
type Query = Static<typeof QuerySchema>;

const LIMITS = { maxRunning: 1, maxWaiting: 16, deadlineMs: 15_000 } as const;

/** Records that are kept until something changes. Each has a few kilobytes. */
const MAX_KEPT = 16;

export interface TrackRecordRouteOptions {
  readonly trackRecords: TrackRecords;
  /** Changes whenever this process learns of a change. */
  readonly version: () => number;
  /** How often rollups were repaired. */
  readonly repairs: () => number;
  /** Aborts requests in progress. */
  readonly signal: AbortSignal;
}

/** `GET /track-record`: what the price did after lit hours, and after others. */
export function trackRecordRoute(app: FastifyInstance, options: TrackRecordRouteOptions): void {
  const { trackRecords, version, repairs, signal } = options;
  const join = createSharedWork<TaggedBody>({ ...LIMITS, signal });
  const kept = new Map<string, TaggedBody>();
  let keptVersion: string | undefined;

  const schema = {
    summary: 'Has it meant anything?',
    description:
      'How often the price was higher 1 hour, 4 hours, 24 hours and 7 days after lit hours, after hours not lit, and after ' +
      'all hours, with a 95 % interval of the difference. docs/track-record.md explains the method.',
    operationId: 'trackRecord',
    querystring: QuerySchema,
    response: {
      200: { description: 'The record, from the samples that are stored now', ...TrackRecordSchema },
      304: { description: 'Unchanged since the version in If-None-Match', type: 'null' },
      ...problemResponses({
        400: 'A parameter is invalid or given twice, or `from` is not before `to`',
        503: 'The store fails or takes too long, or there are too many requests at once',
      }),
    },
  };

  async function bodyOf(query: Query, leaving: AbortSignal) {
    const { range, isClosed } = await trackRecords.plan({ ...DEFAULTS, ...query });
    const current = `${version()} ${repairs()}`;
    const key = [current, range.from, range.to].join();
    if (keptVersion !== current) kept.clear();
    keptVersion = current;
    const known = kept.get(key);
    if (known) return { body: known, isClosed };
    const body = await join(
      key,
      async (ending) => {
        const bytes = Buffer.from(JSON.stringify(await trackRecords.read(range, ending)));
        return { bytes, etag: etagOf(bytes) };
      },
      leaving,
    );
    if (keptVersion === current) {
      const [oldest = ''] = kept.keys();
      if (kept.size >= MAX_KEPT) kept.delete(oldest);
      kept.set(key, body);
    }
    return { body, isClosed };
  }

  async function answer(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { body, isClosed } = await bodyOf(request.query, request.signal);
    reply.headers({
      ETag: weak(body.etag),
      Vary: 'Accept-Encoding',
      'Cache-Control': isClosed ? LONG_CACHING : SHORT_CACHING,
    });
    if (matchesEtag(request.headers['if-none-match'], body.etag)) return reply.code(304).send();
    return reply.type(MEDIA_TYPES.json).send(body.bytes);
  }

  app.get<{ Querystring: Query }>(
    '/track-record',
    { schema, schemaErrorFormatter: explain },
    async (request, reply) => {
      try {
        return await answer(request, reply);
      } catch (error) {
        if (!request.signal.aborted) throw error;
        // The client has left.
        return reply.hijack();
      }
    },
  );
}
