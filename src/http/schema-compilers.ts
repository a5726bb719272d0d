import type { FastifyServerOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { Check, Errors } from 'typebox/schema';

type SchemaController = NonNullable<FastifyServerOptions['schemaController']>;

function compileValidator({ schema }: { readonly schema: TSchema }) {
  const validate = (data: unknown): boolean => {
    if (Check(schema, data)) return true;
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
