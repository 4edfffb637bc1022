import type { Fault } from '../../domain/problem.ts';

/** Half of a surrogate pair: it has no form in UTF-8. Under the flag u a whole pair is one other character. */
const UNPAIRED = /[\u{d800}-\u{dfff}]/u;

/** jsonb takes neither. */
const isUnstorable = (text: string): boolean => text.includes('\0') || UNPAIRED.test(text);

const escapeKey = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The texts within a JSON value that Postgres cannot hold. Its depth must have been limited before. */
export function storageFaults(value: unknown, at: string): Fault[] {
  if (typeof value === 'string') return isUnstorable(value) ? [fault(at)] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...(isUnstorable(key) ? [fault(at)] : []),
    ...storageFaults(member, `${at}/${escapeKey(key)}`),
  ]);
}

const fault = (pointer: string): Fault => ({
  pointer,
  detail: 'must not contain NUL characters or unpaired surrogates',
});
