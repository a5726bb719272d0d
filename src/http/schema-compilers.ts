import type { FastifyServerOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/schema';

type SchemaController = NonNullable<FastifyServerOptions['schemaController']>;

function isEmptyObject(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false;
  for (const _ in data) return false;
  return true;
}

function compileValidator({ schema }: { readonly schema: TSchema }) {
  // Most requests have no parameters, and a check takes a microsecond or two: a tenth of the cached answer.
  const acceptsEmpty = Check(schema, {});
  const validate = (data: unknown): boolean => {
    if ((acceptsEmpty && isEmptyObject(data)) || Check(schema, data)) return true;
    const [, errors] = Errors(schema, data);
    Object.assign(validate, { errors });
    return false;
  };
  return validate;
}

const factories = {
  buildValidator: () => compileValidator,
  buildSerializer: () => () => JSON.stringify,
};

/**
 * Validates requests with TypeBox, which is loaded anyway, and writes responses with `JSON.stringify`. Fastify's own
 * choice, Ajv and fast-json-stringify, compiles every schema at every start, which takes longer than to answer.
 */
export const SCHEMA_CONTROLLER: SchemaController = {
  // Fastify's type asks for what Ajv returns; the framework only calls the function and reads `errors`.
  compilersFactory: factories as unknown as NonNullable<SchemaController['compilersFactory']>,
};
