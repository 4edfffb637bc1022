import type { Schema } from './document.ts';

type Composed = { value: unknown } | undefined;

const BY_FORMAT: Record<string, string> = {
  uuid: '01991c2a-7b3e-7c41-9d52-3f8a60b1e7c4',
  'date-time': '2026-03-10T09:30:00.000Z',
};

/**
 * An example of what matches a schema: its own, or one made of the examples of its parts. Undefined where a part
 * has none: a made-up text would tell a reader nothing.
 */
export function composeExample(schema: Schema): Composed {
  if (schema.examples !== undefined && schema.examples.length > 0) return { value: schema.examples[0] };
  if (schema.const !== undefined) return { value: schema.const };
  if (schema.enum !== undefined) return { value: schema.enum[0] };
  if (schema.default !== undefined) return { value: schema.default };
  if (schema.anyOf !== undefined)
    return schema.anyOf.map(composeExample).find((found) => found !== undefined);
  switch (schema.type) {
    case 'object':
      return schema.properties && composeObject(schema.properties);
    case 'array': {
      const item = composeExample(schema.items ?? {});
      return item && { value: [item.value] };
    }
    case 'string':
      return schema.format !== undefined && schema.format in BY_FORMAT
        ? { value: BY_FORMAT[schema.format] }
        : undefined;
    case 'boolean':
      return { value: true };
    case 'null':
      return { value: null };
    default:
      return undefined;
  }
}

function composeObject(properties: Record<string, Schema>): Composed {
  const value: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const part = composeExample(property);
    if (part === undefined) return undefined;
    value[name] = part.value;
  }
  return { value };
}
