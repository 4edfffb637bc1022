import { isUtf8 } from 'node:buffer';

/** Names of properties and places in arrays, from the outside in; `[]` is the only element of an array. */
export type JsonPath = readonly string[];

const PATH = /^(?:\[\]|[\w@$:-]{1,100})(?:\.(?:\[\]|[\w@$:-]{1,100})){0,9}$/;
const MAX_PATH = 200;

/** Steps with dots between them, such as `a.b.0.c` or `[].id`; null: it is no path. */
export function parseJsonPath(text: string): JsonPath | null {
  return text.length <= MAX_PATH && PATH.test(text) ? text.split('.') : null;
}

interface Parsed {
  rawBody: Buffer;
  value: unknown;
}

/** By the request, so that whoever verifies it, deduplicates it and names its event parses its body once. */
const parsed = new WeakMap<object, Parsed>();

/** The body as JSON; undefined: it is not. A byte-order mark, which JSON.parse refuses, is passed over. */
export function jsonOf(request: { rawBody: Buffer }): unknown {
  const known = parsed.get(request);
  if (known !== undefined && known.rawBody === request.rawBody) return known.value;
  const { rawBody } = request;
  const value = parse(rawBody);
  parsed.set(request, { rawBody, value });
  return value;
}

function parse(rawBody: Buffer): unknown {
  // Read leniently, two different texts could become the same.
  if (!isUtf8(rawBody)) return undefined;
  const text = rawBody.toString('utf8');
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    // RangeError: nested deeper than the stack is high.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What is at a path; undefined: nothing. What an object merely inherits is not in it. */
export function valueAt(value: unknown, path: JsonPath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    const name = step === '[]' && Array.isArray(at) && at.length === 1 ? '0' : step;
    if (!Object.hasOwn(at, name)) return undefined;
    // How many there are is nothing that was sent.
    if (Array.isArray(at) && name === 'length') return undefined;
    // Of a place in an array, or of a property, that is there.
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/**
 * A text as it is, or the digits of a whole number below 2^53; undefined: it is neither. Larger numbers and fractions
 * are not written again as they came.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
