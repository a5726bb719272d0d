import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { TABLE_FORMATS } from '../../domain/history.ts';
import {
  COUNT_COLUMNS,
  COUNTED_WIDTHS,
  MOST_HOURS,
  SPELL_COLUMNS,
  SpellsSchema,
  VERDICT_COLUMNS,
  VerdictCountsSchema,
  VerdictsSchema,
} from '../../domain/past/verdict.ts';
import { formatTime } from '../../domain/time/time.ts';
import type { Verdicts } from '../../service/past/verdicts.ts';
import { NOT_MODIFIED } from '../caching/conditional.ts';
import { problemResponses } from '../problem.ts';
import { explain, formatOf, formatParameter, TIME_FORMS, timeParameter } from '../query.ts';
import { RANGE_PROBLEMS, type SharedResponseOptions, sendShared, unlessLeft } from './shared-response.ts';

const DEFAULTS = { from: '-7d', to: 'now', spells: 'false', bucket: '1h' } as const;

const QuerySchema = Type.Object({
  from: timeParameter(DEFAULTS.from, `The range starts with the hour of this time: ${TIME_FORMS}`, [
    '-30d',
    'oldest',
  ]),
  to: timeParameter(
    DEFAULTS.to,
    'The range ends with the last hour that has ended by this time; same formats as `from`',
    ['now', '2021-07-09T00:00:00+02:00'],
  ),
  spells: Type.Optional(
    Type.Enum(['true', 'false'], {
      default: DEFAULTS.spells,
      description: 'Return runs of consecutive hours with the same verdict, instead of hours',
    }),
  ),
  bucket: Type.Optional(
    Type.Enum([...COUNTED_WIDTHS], {
      default: DEFAULTS.bucket,
      description: 'If wider than an hour, the number of each verdict per bucket. Not with `spells`',
    }),
  ),
  format: formatParameter(TABLE_FORMATS),
});
type Query = Static<typeof QuerySchema>;

export interface VerdictsRouteOptions extends SharedResponseOptions {
  readonly verdicts: Verdicts;
}

/** `GET /verdicts`: the answer at the end of each hour. */
export function verdictsRoute(app: FastifyInstance, options: VerdictsRouteOptions): void {
  const { verdicts } = options;

  const schema = {
    summary: 'The answer at the end of each hour',
    description: `The answer at the last millisecond of each hour that has ended and has a sample. It is made from the samples at or before that time that are stored now. A response has at most ${MOST_HOURS} hours or buckets. The header \`Link\` leads to the next ones.`,
    operationId: 'verdicts',
    querystring: QuerySchema,
    response: {
      200: {
        description: 'The hours that the response covers, and their verdicts or spells',
        content: {
          'application/json': { schema: Type.Union([VerdictsSchema, SpellsSchema, VerdictCountsSchema]) },
          'text/csv': {
            schema: Type.String({
              description: `RFC 4180; unknown values are empty. With \`spells\`: ${SPELL_COLUMNS.join()}; with \`bucket\`: ${COUNT_COLUMNS.join()}`,
              examples: [
                `${VERDICT_COLUMNS.join()}\r\n2021-07-07T00:00:00Z,lit,rising,rising,34589.25,0.3125\r\n`,
              ],
            }),
          },
        },
      },
      304: NOT_MODIFIED,
      ...problemResponses(RANGE_PROBLEMS),
    },
  };

  async function answer(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const format = await formatOf(request, TABLE_FORMATS);
    const { spells, ...query } = { ...DEFAULTS, ...request.query };
    const plan = await verdicts.plan({ ...query, spells: spells === 'true' });
    const { kind, bucket, range, rest, isClosed } = plan;
    return sendShared(request, reply, options, {
      key: ['verdicts', range.from, range.to, rest?.from, kind, bucket],
      pieces: (signal) => verdicts.text(plan, format, signal),
      isMadeOfKept: kind === 'verdicts',
      format,
      vary: 'Accept, Accept-Encoding',
      isClosed,
      next: rest && { ...request.query, from: formatTime(rest.from), to: formatTime(rest.to) },
      fileName: kind,
    });
  }

  app.get<{ Querystring: Query }>('/verdicts', { schema, schemaErrorFormatter: explain }, unlessLeft(answer));
}
