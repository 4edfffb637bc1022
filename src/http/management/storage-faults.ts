import type { Fault } from '../../domain/problem.ts';

/** jsonb refuses NUL, and half of a surrogate pair has no form in UTF-8. Under the flag u a pair is one character. */
const UNSTORABLE = /[\u{0}\u{d800}-\u{dfff}]/u;

const escape = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** The texts within a JSON value that Postgres cannot hold. Its depth must have been limited before. */
export function storageFaults(value: unknown, at: string): Fault[] {
  if (typeof value === 'string') return UNSTORABLE.test(value) ? [fault(at)] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...(UNSTORABLE.test(key) ? [fault(at)] : []),
    ...storageFaults(member, `${at}/${escape(key)}`),
  ]);
}

const fault = (pointer: string): Fault => ({
  pointer,
  detail: 'must not contain NUL characters or unpaired surrogates',
});
