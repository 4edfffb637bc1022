import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';

/** `test`: what a newcomer waits for. `fault`: kills, floods, freezes. `soak`: what takes longer than CI may. */
export type RunName = 'test' | 'fault' | 'soak';

export interface Selected {
  /** Of its source, from the top of the checkout: `test/http/etag.test.ts`. */
  file: string;
  needsPostgres: boolean;
}

/**
 * The files of a run, or those that are named. A folder stands for all in it. Files with properties that are tried
 * out with made-up input are part of `fault` too, where FUZZ_RUNS lets them try for longer.
 */
export async function selectFiles(run: RunName, named: readonly string[]): Promise<Selected[]> {
  const all = (await readdir('test', { recursive: true }))
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('fixtures/'))
    .map((file) => `test/${file}`)
    .sort();
  const files =
    named.length > 0 ? named.flatMap((name) => namedFiles(all, name)) : all.filter((file) => isIn(run, file));
  return [...new Set(files)].map((file) => ({ file, needsPostgres: reaches(file, 'helpers/postgres.ts') }));
}

function isIn(run: RunName, file: string): boolean {
  const own = /^test\/(fault|soak)\//.exec(file)?.[1] ?? 'test';
  return own === run || (run === 'fault' && own === 'test' && reaches(file, 'helpers/fuzz.ts'));
}

function namedFiles(all: string[], name: string): string[] {
  const path = relative('.', resolve(name));
  const found = all.filter((file) => file === path || file.startsWith(`${path}/`));
  if (found.length > 0) return found;
  if (existsSync(path) && path.endsWith('.ts')) return [path];
  throw new Error(`There is no test ${name}.`);
}

const imports = new Map<string, string[]>();

/** Whether a file imports another of the tests, or something that does. */
function reaches(file: string, target: string, seen = new Set<string>()): boolean {
  if (file === join('test', target)) return true;
  if (seen.has(file)) return false;
  seen.add(file);
  return importsOf(file).some((next) => reaches(next, target, seen));
}

function importsOf(file: string): string[] {
  const known = imports.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, 'utf8');
  const found = [...text.matchAll(/\bfrom '(\.{1,2}\/[^']+)'/g)]
    .map(([, path]) => join(dirname(file), path as string))
    .filter((path) => path.startsWith('test/'));
  imports.set(file, found);
  return found;
}
