import Type from 'typebox';

/** In JSON, an unknown value is null. */
export const nullable = <T extends Type.TSchema>(schema: T, description = 'Null if not known') =>
  Type.Union([schema, Type.Null()], { description });
