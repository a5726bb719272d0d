import type { Schema } from './openapi.ts';
import { Prose } from './prose.tsx';

const alternativesOf = (schema: Schema): readonly Schema[] => schema.anyOf ?? [schema];

function typeOf(schema: Schema): string {
  const { type, format, items } = schema;
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(', ');
  if (items) return `list of ${typeOf(items)}`;
  const name = [type ?? 'any'].flat().join(' or ');
  return format ? `${name} (${format})` : name;
}

/** The schemas whose fields are shown below a field: those of an object, or of the objects in a list. */
function objectsIn(schema: Schema): Schema[] {
  return alternativesOf(schema).flatMap((one) =>
    one.properties ? [one] : one.items ? objectsIn(one.items) : [],
  );
}

/** The fields of a JSON body, each with its type and meaning. */
export function Fields({ schema }: { schema: Schema }) {
  const fields = objectsIn(schema).flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).map(([name, field]) => ({
      name,
      field,
      isOptional: !required.includes(name),
    })),
  );
  if (fields.length === 0) return null;
  return (
    <ul class="fields">
      {fields.map(({ name, field, isOptional }) => (
        <li key={name}>
          <code>{name}</code>{' '}
          <small>
            {typeOf(field)}
            {isOptional && ', optional'}
          </small>
          {field.description && (
            <p>
              <Prose text={field.description} />
            </p>
          )}
          <Fields schema={field} />
        </li>
      ))}
    </ul>
  );
}
