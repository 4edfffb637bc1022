import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript-5';
import { checkout } from '../helpers/checkout.ts';
import { startSharedCluster } from '../helpers/shared.ts';
import { DATA_MUTANTS } from './data.ts';
import { DOOR_MUTANTS } from './door.ts';
import type { Mutant } from './mutant.ts';

const MUTANTS = [...DOOR_MUTANTS, ...DATA_MUTANTS];

/** A copy of what was compiled: a mutant that an interrupted run left behind must not be there for `npm test`. */
const COPY = 'build-mutants';

/** Seconds for a file: a mistake may make it wait for what never comes. */
const LIMIT = '60';
const HANGING_MS = 180_000;

type Verdict = 'killed' | 'ALIVE';

/**
 * Makes one mistake after the other and runs the tests that must notice it. The arguments choose the mutants whose
 * promise or file has them. Returns the exit code: 1 when one stays alive.
 */
export async function main(chosen: string[]): Promise<number> {
  const mutants = MUTANTS.filter(
    ({ promise, file }) => chosen.length === 0 || chosen.some((text) => `${promise} ${file}`.includes(text)),
  );
  await rm(COPY, { recursive: true, force: true });
  await cp('build', COPY, { recursive: true });
  const server = process.env.TEST_DATABASE_URL ? undefined : await startSharedCluster();
  const env = { ...process.env, TEST_DATABASE_URL: process.env.TEST_DATABASE_URL ?? server?.url };
  try {
    // Compiled as mutants are, so that nothing but the mistake can make a difference.
    for (const { file } of mutants)
      await writeFile(compiledOf(file), transpile(await readFile(file, 'utf8')));
    const files = [...new Set(mutants.flatMap(({ killedBy }) => killedBy))];
    const sound = await runTests(files, env);
    if (sound.code !== 0) {
      console.error(`${sound.output}\nThe tests fail without any mutant: mend that first.`);
      return 1;
    }
    const alive = await tryAll(mutants, env);
    console.log(`\n${mutants.length - alive.length} killed, ${alive.length} alive`);
    return alive.length === 0 && mutants.length > 0 ? 0 : 1;
  } finally {
    await server?.remove();
    await rm(COPY, { recursive: true, force: true });
  }
}

async function tryAll(mutants: Mutant[], env: NodeJS.ProcessEnv): Promise<Mutant[]> {
  const alive: Mutant[] = [];
  for (const mutant of mutants) {
    const started = performance.now();
    const verdict = await judge(mutant, env);
    if (verdict === 'ALIVE') alive.push(mutant);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1).padStart(6);
    console.log(`${verdict.padEnd(6)} ${seconds} s  ${mutant.file}: ${mutant.promise}`);
  }
  return alive;
}

async function judge(mutant: Mutant, env: NodeJS.ProcessEnv): Promise<Verdict> {
  const compiled = compiledOf(mutant.file);
  const original = await readFile(compiled);
  await writeFile(compiled, transpile(mutated(mutant, await readFile(mutant.file, 'utf8'))));
  try {
    return (await runTests(mutant.killedBy, env)).code === 0 ? 'ALIVE' : 'killed';
  } finally {
    await writeFile(compiled, original);
  }
}

const compiledOf = (file: string) => join(COPY, file.replace(/\.ts$/, '.js'));

function mutated({ file, replace, by }: Mutant, source: string): string {
  if (source.split(replace).length !== 2)
    throw new Error(`${file} does not have this text just once: ${replace}`);
  return source.replace(replace, () => by);
}

const transpile = (source: string): string =>
  ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText;

/** Runs test files with what is in the copy; a run that hangs is ended, and has failed. */
async function runTests(files: string[], env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
  const runner = JSON.stringify(join(checkout, COPY, 'test/runner/main.js'));
  const script = `const { main } = await import(${runner}); process.exitCode = await main(process.argv.slice(1));`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script, '--', `--limit=${LIMIT}`, ...files],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  // It sweeps up after itself.
  const timer = setTimeout(() => child.kill('SIGTERM'), HANGING_MS);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  return { code: code ?? 1, output };
}
