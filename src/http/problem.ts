import { randomUUID } from 'node:crypto';
import type { FastifyError } from 'fastify';
import Type, { type Static } from 'typebox';
import { SourceError, StoppingError, StoreError } from '../domain/errors.ts';
import { nullable } from '../domain/nullable.ts';
import { WIDTH_NAMES } from '../domain/time/bucket-span.ts';
import type { WidthName } from '../domain/time/bucket-width.ts';
import { MomentError } from '../domain/time/time-expression.ts';
import type { Trouble } from '../service/readiness.ts';
import { STATUS_CODES } from './node-http.ts';

export const TroublesSchema = Type.Array(
  Type.Object({
    part: Type.Enum(['refresh', 'store', 'samples', 'price']),
    reason: Type.String(),
    since: nullable(Type.String({ format: 'date-time' })),
  }),
  { description: 'What does not work at the moment' },
);

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', default: 'about:blank' }),
    title: Type.String({ description: 'The reason phrase of the status' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'What is wrong, for people' }),
    code: Type.String({ description: 'What is wrong, for programs' }),
    instance: Type.Optional(
      Type.String({ format: 'uri-reference', description: 'The id of this request, also in the log' }),
    ),
    troubles: Type.Optional(TroublesSchema),
    bucket: Type.Optional(
      Type.Enum([...WIDTH_NAMES], {
        description: 'If samples were deleted: the finest bucket width that remains',
      }),
    ),
  },
  { description: 'RFC 9457 problem details' },
);

interface Details {
  readonly troubles?: readonly Trouble[];
  readonly bucket?: WidthName;
}
type Problem = Omit<Static<typeof ProblemSchema>, keyof Details> & Details;

export const PROBLEM_TYPE = 'application/problem+json';

/** Problem responses for a route's schema, by status. */
export function problemResponses(descriptions: Readonly<Record<number, string>>) {
  const content = { [PROBLEM_TYPE]: { schema: ProblemSchema } };
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [status, { description, content }]),
  );
}

/** A problem that a route or hook reports on purpose. */
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
    { headers = {}, ...details }: { headers?: Record<string, string> } & Details = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }
}

/** For faults of the service or of the source, which may have passed after some seconds. */
export const RETRY_AFTER = { 'Retry-After': '5' };

export const NO_SAMPLES = 'the store holds no samples';

export function problem(status: number, code: string, detail: string, details: Details = {}): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, detail, code, ...details };
}

/** Gives a problem the id that the log has too. */
export function withRequestId(body: Problem) {
  const requestId = randomUUID();
  const text = JSON.stringify({ ...body, instance: `urn:uuid:${requestId}` });
  return { requestId, text, headers: { 'X-Request-Id': requestId } };
}

function isClientFault(error: unknown): error is FastifyError & { statusCode: number } {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}

/** The framework's own error codes are not part of the API. */
const CLIENT_FAULTS: Readonly<Record<number, string>> = {
  400: 'bad_request',
  413: 'body_too_large',
  414: 'path_too_long',
  415: 'unsupported_media_type',
};

/**
 * The only place that turns errors into problems. Unexpected errors reveal nothing.
 *
 * @param mayChange whether the request may have changed something.
 */
export function problemOf(
  error: unknown,
  mayChange: boolean,
): { body: Problem; headers: Readonly<Record<string, string>> } {
  if (error instanceof HttpError) {
    return { body: problem(error.status, error.code, error.message, error.details), headers: error.headers };
  }
  if (error instanceof MomentError) return { body: problem(400, 'bad_request', error.message), headers: {} };
  if (error instanceof SourceError) {
    const status = error.code === 'timeout' ? 504 : 502;
    const detail = `${error.message}; nothing was changed`;
    return { body: problem(status, `source_${error.code}`, detail), headers: RETRY_AFTER };
  }
  if (error instanceof StoreError || error instanceof StoppingError) {
    const code = error instanceof StoreError ? `store_${error.code}` : 'stopping';
    const detail = mayChange
      ? `${error.message}; some samples may have been stored, and it is safe to retry`
      : error.message;
    return { body: problem(503, code, detail), headers: RETRY_AFTER };
  }
  if (isClientFault(error)) {
    const code = CLIENT_FAULTS[error.statusCode] ?? 'refused';
    return { body: problem(error.statusCode, code, error.message), headers: {} };
  }
  return { body: problem(500, 'unexpected', 'unexpected error'), headers: {} };
}
