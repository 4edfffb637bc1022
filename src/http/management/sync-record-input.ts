import { MAX_JSON_DEPTH } from '../../domain/json-limits.ts';
import type { Fault } from '../../domain/problem.ts';
import { Problem } from '../../domain/problem.ts';
import type { RecordData } from '../../domain/sync.ts';
import { keyFault, readKey } from '../../domain/sync-key.ts';

/** What the schema cannot say about a record; pointers begin with `at`. */
export function dataFaults(data: RecordData, at: string): Fault[] {
  return nests(data) ? [] : [{ pointer: at, detail: `must not nest deeper than ${MAX_JSON_DEPTH}` }];
}

/** Whether a value nests no deeper than what is kept may: without recursion, which is what it is about. */
function nests(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_JSON_DEPTH) return false;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return true;
}

/** @throws Problem validation_failed when no record can have this key */
export function checkKey(key: string): string {
  const detail = keyFault(key);
  if (detail === null) return key;
  throw new Problem('validation_failed', { errors: [{ pointer: '/params/key', detail }] });
}

/** A record must not be kept under one key and say that it has another. */
export function keyMismatchFaults(key: string, data: RecordData, keyPath: string | null): Fault[] {
  const own = keyPath === null ? null : readKey(data, keyPath);
  if (own === null || own === key) return [];
  return [{ pointer: '/body/data', detail: `has another key at ${keyPath} than the path` }];
}
