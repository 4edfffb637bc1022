import { type JsonPath, jsonOf, parseJsonPath, textOf, valueAt } from './json-body.ts';
import { readHeader, type VerifyRequest } from './request.ts';

type Read<Value> = (request: Pick<VerifyRequest, 'headers' | 'rawBody'>) => Value | undefined;

export type EventField = Read<string>;
export type EventParts = Read<string[]>;

/** What is longer is no id: it could not be told whether it was cut off. */
const MAX_LENGTH = 500;
const MAX_FIELDS = 5;

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/;
/** Halves of characters: written as UTF-8 they would all be the same one. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Reads where an event's id or type is:
 * - `header:x-id`; several with commas between them: the first that is there
 * - `json:a.b.0.c`: a text, or a whole number below 2^53; `[]` is the only element of an array; several with `+`
 *   between them: one after the other, when all are there
 *
 * What is empty, longer than 500 characters or no text counts as absent. A source that is none of this finds nothing.
 */
export function compileEventField(source: string): EventField {
  const read = compileEventParts(source);
  return (request) => read(request)?.join('');
}

/** The same, as the texts that it is made of: `1` and `23` are not `12` and `3`. */
export function compileEventParts(source: string): EventParts {
  const read = parseEventField(source);
  if (read === null) return () => undefined;
  return (request) => {
    const parts = read(request);
    const text = parts?.join('') ?? '';
    return text === '' || text.length > MAX_LENGTH || LONE_SURROGATE.test(text) ? undefined : parts;
  };
}

export const isEventField = (source: string): boolean => parseEventField(source) !== null;

function parseEventField(source: string): EventParts | null {
  if (source.startsWith('header:'))
    return headerField(source.slice('header:'.length).split(',', MAX_FIELDS + 1));
  if (source.startsWith('json:')) return jsonField(source.slice('json:'.length).split('+', MAX_FIELDS + 1));
  return null;
}

function headerField(names: string[]): EventParts | null {
  if (names.length > MAX_FIELDS || !names.every((name) => HEADER_NAME.test(name))) return null;
  const lowerCase = names.map((name) => name.toLowerCase());
  return ({ headers }) => {
    for (const name of lowerCase) {
      const value = readHeader(headers, name);
      // null: it came twice, and the sender's own cannot be told from the other.
      if (value === null) return undefined;
      if (value !== undefined && value !== '') return [value];
    }
    return undefined;
  };
}

function jsonField(texts: string[]): EventParts | null {
  const paths = texts.map(parseJsonPath).filter((path) => path !== null);
  if (texts.length > MAX_FIELDS || paths.length < texts.length) return null;
  return (request) => {
    const body = jsonOf(request);
    const found = paths.flatMap((path: JsonPath) => textOf(valueAt(body, path)) || []);
    return found.length < paths.length ? undefined : found;
  };
}
