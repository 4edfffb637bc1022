import { isDeepStrictEqual } from 'node:util';
import type { Components, Ref, ResponseObject, Schema } from './document.ts';
import { simplify } from './simplify.ts';

const PROBLEM = 'application/problem+json';

/**
 * Moves a schema that has a title, and those within it, to the components, where all that use it refer to it.
 * A title names one schema: two that differ are a mistake. Only a description may be the place's own.
 */
export function hoistSchema(schema: Schema, schemas: Components['schemas']): Schema {
  const own = hoistParts(simplify(schema), schemas);
  if (own.title === undefined) return own;
  const { title, description, examples: _examples, ...rest } = own;
  const before = schemas[title];
  if (before === undefined) {
    schemas[title] = { ...(description !== undefined && { description }), ...rest };
    return { $ref: `#/components/schemas/${title}` };
  }
  const { description: known, ...shared } = before;
  if (!isDeepStrictEqual(shared, rest)) throw new Error(`Two different schemas have the title ${title}.`);
  const differs = description !== undefined && description !== known;
  return { $ref: `#/components/schemas/${title}`, ...(differs && { description }) };
}

function hoistParts(schema: Schema, schemas: Components['schemas']): Schema {
  const parts: Schema = { ...schema };
  const { properties, items, anyOf, additionalProperties, contentSchema } = schema;
  if (properties !== undefined) {
    parts.properties = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, hoistSchema(property, schemas)]),
    );
  }
  if (items !== undefined) parts.items = hoistSchema(items, schemas);
  if (contentSchema !== undefined) parts.contentSchema = hoistSchema(contentSchema, schemas);
  if (anyOf !== undefined) parts.anyOf = anyOf.map((branch) => hoistSchema(branch, schemas));
  if (typeof additionalProperties === 'object') {
    parts.additionalProperties = hoistSchema(additionalProperties as Schema, schemas);
  }
  return parts;
}

/** Moves a response that says only which problems there are to the components, under the names of their codes. */
export function hoistProblems(
  response: ResponseObject,
  { responses, examples }: Pick<Components, 'responses' | 'examples'>,
): ResponseObject | Ref {
  const media = response.content?.[PROBLEM];
  if (media?.examples === undefined) return response;
  for (const [code, example] of Object.entries(media.examples)) {
    if (!('value' in example)) continue;
    examples[code] = example;
    media.examples[code] = { $ref: `#/components/examples/${code}` };
  }
  const name = Object.keys(media.examples).join('.');
  responses[name] ??= response;
  return { $ref: `#/components/responses/${name}` };
}
