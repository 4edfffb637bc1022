import { endOfString, MAX_JSON_DEPTH, nestsWithin } from '../../domain/json-limits.ts';
import { Problem } from '../../domain/problem.ts';

/**
 * Parses a body that is kept rather than looked into: keys such as `__proto__` are data in it. It must be
 * well-formed UTF-8, because otherwise what is kept would differ from what was parsed.
 * @throws Problem invalid_json, validation_failed (too deep)
 */
export function parseJson(source: Buffer): unknown {
  if (!nestsWithin(source, MAX_JSON_DEPTH)) {
    throw new Problem('validation_failed', {
      errors: [{ pointer: '/body', detail: `must not nest deeper than ${MAX_JSON_DEPTH}` }],
    });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(source));
  } catch (cause) {
    throw new Problem('invalid_json', { cause });
  }
}

/**
 * The bytes of one member of a JSON object, as they were sent: written again from the parsed value, large
 * numbers would have lost digits. `source` must have been parsed already. null: there is no such member; of
 * several with this name the last counts, as it does for JSON.parse.
 */
export function memberSource(source: Buffer, name: string): Buffer | null {
  let found: Buffer | null = null;
  let at = skipTo(source, source.indexOf('{') + 1);
  while (source[at] === QUOTE) {
    const keyEnd = endOfString(source, at) + 1;
    const key: unknown = JSON.parse(source.toString('utf8', at, keyEnd));
    const start = skipTo(source, source.indexOf(':', keyEnd) + 1);
    const end = endOfValue(source, start);
    if (key === name) found = source.subarray(start, end);
    at = skipTo(source, end);
    if (source[at] === COMMA) at = skipTo(source, at + 1);
  }
  return found;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

function skipTo(source: Buffer, start: number): number {
  let at = start;
  while (WHITESPACE.has(source[at] ?? 0)) at++;
  return at;
}

function endOfValue(source: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    const byte = source[at] ?? 0;
    if (byte === QUOTE) at = endOfString(source, at);
    else if (OPENING.has(byte)) depth++;
    else if (depth === 0 && (byte === COMMA || CLOSING.has(byte) || WHITESPACE.has(byte))) return at;
    else if (CLOSING.has(byte)) depth--;
    // A string, an object or a list ends with its last byte; only numbers and words end where something else begins.
    if (depth === 0 && (byte === QUOTE || CLOSING.has(byte))) return at + 1;
  }
  return source.length;
}
