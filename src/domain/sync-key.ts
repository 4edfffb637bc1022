/** What may be in a path as it stands there: the keys of records are part of paths. */
const MAX_PATH_LENGTH = 200;
const UNSTORABLE = /\0|[\u{d800}-\u{dfff}]/u;

/** What is wrong with the key of a record; null: nothing. */
export function keyFault(key: string): string | null {
  if (key === '') return 'must not be empty';
  if (UNSTORABLE.test(key)) return 'must not contain NUL characters or unpaired surrogates';
  // A URL with such a segment means another one.
  if (key === '.' || key === '..') return 'must not be a dot or two';
  if (encodeURIComponent(key).length > MAX_PATH_LENGTH)
    return `must not have more than ${MAX_PATH_LENGTH} characters as it stands in a URL`;
  return null;
}

/**
 * The key that a record has in itself: a text, or an integer, at a JSON pointer (`/id`) or a path with dots
 * (`customer.id`). null: there is none.
 */
export function readKey(data: unknown, keyPath: string): string | null {
  let value = data;
  for (const name of segmentsOf(keyPath)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Record<string, unknown>)[name];
  }
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) ? String(value) : null;
}

function segmentsOf(keyPath: string): string[] {
  if (!keyPath.startsWith('/')) return keyPath.split('.');
  return keyPath
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
