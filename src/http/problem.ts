import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { FastifyError } from 'fastify';
import Type, { type Static } from 'typebox';
import { SourceError, StoppingError, StoreError } from '../domain/errors.ts';
import { WIDTH_NAMES } from '../domain/time/bucket-span.ts';
import type { WidthName } from '../domain/time/bucket-width.ts';
import type { Trouble } from '../service/readiness.ts';

export const TroublesSchema = Type.Array(
  Type.Object({
    part: Type.Enum(['refresh', 'store', 'samples', 'price']),
    reason: Type.String(),
    since: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  }),
  { description: 'What does not work just now' },
);

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', default: 'about:blank' }),
    title: Type.String({ description: "The status code's own phrase" }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'What is wrong with this request, for people' }),
    code: Type.String({ description: 'What is wrong, for programs' }),
    instance: Type.Optional(
      Type.String({ format: 'uri-reference', description: "This request's own id, which the log has too" }),
    ),
    troubles: Type.Optional(TroublesSchema),
    bucket: Type.Optional(
      Type.Enum([...WIDTH_NAMES], {
        description: 'Of a range with too many buckets: the finest that fits it',
      }),
    ),
  },
  { description: 'RFC 9457 problem details' },
);

/** What some problems tell besides. */
interface Details {
  readonly troubles?: readonly Trouble[];
  readonly bucket?: WidthName;
}
type Problem = Omit<Static<typeof ProblemSchema>, keyof Details> & Details;

export const PROBLEM_TYPE = 'application/problem+json';

/** A refusal on purpose, by a route or a hook. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly details: Details;

  constructor(
    status: number,
    code: string,
    message: string,
    extra: { headers?: Record<string, string> } & Details = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    const { headers = {}, ...details } = extra;
    this.headers = headers;
    this.details = details;
  }
}

/** The store answers, and holds nothing. */
export const NO_SAMPLE = 'no sample is kept';

/** Seconds after which a fault of ours or of the source may have passed. */
export const RETRY_AFTER = { 'Retry-After': '5' };

export function problem(status: number, code: string, detail: string, details: Details = {}): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail, code, ...details };
}

/** A problem with an id of its own, ready to be sent: the log has the same id. */
export function identified(body: Problem) {
  const requestId = randomUUID();
  const text = JSON.stringify({ ...body, instance: `urn:uuid:${requestId}` });
  return { requestId, text, headers: { 'X-Request-Id': requestId } };
}

export interface ProblemAnswer {
  readonly body: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

function isClientFault(error: unknown): error is FastifyError & { statusCode: number } {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}

/** The framework's own names stay inside: they are not part of the API. */
const CLIENT_FAULTS: Readonly<Record<number, string>> = {
  400: 'bad_request',
  413: 'body_too_large',
  414: 'path_too_long',
  415: 'unsupported_media_type',
};

/**
 * The one place where errors become answers. What is not known here says nothing of the inside.
 *
 * @param mayChange whether the request was one that may have changed something.
 */
export function problemOf(error: unknown, mayChange: boolean): ProblemAnswer {
  if (error instanceof HttpError) {
    return { body: problem(error.status, error.code, error.message, error.details), headers: error.headers };
  }
  if (error instanceof SourceError) {
    const status = error.code === 'timeout' ? 504 : 502;
    const detail = `${error.message}; nothing was changed`;
    return { body: problem(status, `source_${error.code}`, detail), headers: RETRY_AFTER };
  }
  if (error instanceof StoreError || error instanceof StoppingError) {
    const code = error instanceof StoreError ? `store_${error.code}` : 'stopping';
    const detail = mayChange
      ? `${error.message}; a part may be kept, and repeating it is safe`
      : error.message;
    return { body: problem(503, code, detail), headers: RETRY_AFTER };
  }
  if (isClientFault(error)) {
    const code = CLIENT_FAULTS[error.statusCode] ?? 'refused';
    return { body: problem(error.statusCode, code, error.message), headers: {} };
  }
  return { body: problem(500, 'unexpected', 'the service failed in a way it does not know'), headers: {} };
}
