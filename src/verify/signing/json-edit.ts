import type { JsonPath } from '../json-body.ts';

/** A body as an object of one's own, to be changed; null: it is no JSON object. */
export function editableObject(rawBody: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(rawBody.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

/** Puts a value at a path, with objects on the way where nothing is. */
export function setAt(object: object, path: JsonPath, value: unknown): void {
  let at = object;
  for (const name of path.slice(0, -1)) {
    const inner: unknown = Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined;
    const next = typeof inner === 'object' && inner !== null ? inner : {};
    if (next !== inner) define(at, name, next);
    at = next;
  }
  const last = path.at(-1);
  if (last !== undefined) define(at, last, value);
}

/** An assignment to `__proto__` would change what every object inherits. */
function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
