const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Whether JSON nests no deeper than `limit`. Works on the bytes: a value that is too deep can be parsed, but
 * whoever walks it afterwards (a serializer, a validator) runs out of stack.
 */
export function nestsWithin(json: Buffer, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === QUOTE) i = endOfString(json, i);
    else if (byte === 0x5b || byte === 0x7b) {
      depth++;
      if (depth > limit) return false;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return true;
}

/** The position of the closing quote; the end of the bytes when there is none. */
export function endOfString(json: Buffer, start: number): number {
  let i = start + 1;
  while (i < json.length && json[i] !== QUOTE) i += json[i] === BACKSLASH ? 2 : 1;
  return i;
}

/** How deep a JSON value may nest to be taken in or shown: far beyond any real document, far within the stack. */
export const MAX_JSON_DEPTH = 200;
