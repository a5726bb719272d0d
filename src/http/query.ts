import type { FastifyRequest, FastifySchemaValidationError } from 'fastify';
import Type from 'typebox';
import type { Format } from '../domain/history.ts';
import { preferredType } from './caching/content-negotiation.ts';
import { HttpError } from './problem.ts';

/** How a time may be given. */
export const TIME_FORMS =
  'RFC 3339, a date (midnight in UTC), an age (`-7d`; units `m` minutes, `h`, `d`, `w`, `y` of 365 days), `oldest` or `now`';

/** @param fallback the default, if there is one. */
export const timeParameter = (fallback: string | undefined, description: string, examples: string[]) =>
  Type.Optional(
    Type.String({
      ...(fallback !== undefined && { default: fallback }),
      minLength: 1,
      maxLength: 64,
      description,
      examples,
    }),
  );

/** @param formats of the endpoint, JSON first. */
export const formatParameter = <F extends Format>(formats: readonly F[]) =>
  Type.Optional(
    Type.Enum([...formats], { description: 'By default `Accept` decides; JSON if it has no preference' }),
  );

/** The framework's own messages do not name the parameter the way its user does. */
export function explain([fault]: FastifySchemaValidationError[]): Error {
  const name = fault?.instancePath.slice(1) ?? '';
  const { allowedValues } = fault?.params ?? {};
  if (Array.isArray(allowedValues)) {
    return new HttpError(400, 'bad_request', `${name} must be one of ${allowedValues.join(', ')}`);
  }
  const rule = fault?.keyword === 'type' ? 'must be given only once' : 'must have 1 to 64 characters';
  return new HttpError(400, 'bad_request', `${name} ${rule}`);
}

export const MEDIA_TYPES = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
} as const satisfies Record<Format, string>;

/** As offered to `Accept`, which may name parameters. */
const offerOf = (format: Format): string =>
  format === 'csv' ? `${MEDIA_TYPES.csv}; header=present` : MEDIA_TYPES[format];

/** For ranges that only an import or a deletion can change. */
export const LONG_CACHING = 'public, max-age=3600, must-revalidate';

/**
 * The format of a response.
 *
 * @param formats of the endpoint, the default first.
 */
export async function formatOf<F extends Format>(
  request: FastifyRequest<{ Querystring: { format?: F } }>,
  formats: readonly [F, ...F[]],
): Promise<F> {
  const { query, headers } = request;
  if (query.format) return query.format;
  const preferred = await preferredType(headers, formats.map(offerOf));
  return formats.find((format) => offerOf(format) === preferred) ?? formats[0];
}
