import type { Schema } from './document.ts';

/** The same schema in the words of OpenAPI 3.1: a choice of values as an `enum`, "or null" as a second type. */
export function simplify(schema: Schema): Schema {
  return orNull(choice(typed(schema)));
}

/** An `enum` of texts is a text: that goes without saying, but not for every reader. */
function typed(schema: Schema): Schema {
  const isText = schema.enum?.every((value) => typeof value === 'string') ?? false;
  return isText && schema.type === undefined ? { type: 'string', ...schema } : schema;
}

function choice(schema: Schema): Schema {
  const { anyOf, ...rest } = schema;
  if (anyOf === undefined || !anyOf.every(({ const: value }) => typeof value === 'string')) return schema;
  return { type: 'string', enum: anyOf.map((branch) => branch.const), ...rest };
}

function orNull(schema: Schema): Schema {
  const { anyOf, ...rest } = schema;
  if (anyOf?.length !== 2 || anyOf[1]?.type !== 'null') return schema;
  const value = simplify(anyOf[0] as Schema);
  // A named schema is referred to, and so stays a branch.
  if (value.title !== undefined || typeof value.type !== 'string') return schema;
  const type = [value.type, 'null'];
  return { ...value, ...rest, type, ...(value.enum && { enum: [...value.enum, null] }) };
}
