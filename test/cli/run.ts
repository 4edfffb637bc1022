import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programArguments } from '../helpers/checkout.ts';
import type { Test } from '../helpers/tap.ts';

const main = programArguments('src/cli/main.ts');

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export type Env = Record<string, string | undefined>;

/** A command that runs. */
export interface Running {
  child: ChildProcess;
  /** What it has written so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves as soon as its standard output fits. */
  until(fits: (stdout: string) => boolean): Promise<void>;
  ended: Promise<Ran>;
}

/** The command line in processes of its own, as a user has it. */
export interface Cli {
  /** Its working folder: empty, with no .env, and gone when the test ends. */
  folder: string;
  /** Everything that was written by all commands. */
  readonly written: string[];
  start(args: string[], env?: Env): Running;
  run(args: string[], env?: Env, input?: string | Buffer): Promise<Ran>;
  /** One that must succeed and write JSON. */
  json<T>(args: string[], env?: Env): Promise<T>;
}

export async function createCli(t: Test, common: Env = {}): Promise<Cli> {
  const folder = await mkdtemp(join(tmpdir(), 'hookgate-cli-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const written: string[] = [];
  const start = (args: string[], env: Env = {}): Running => {
    const child = spawn(process.execPath, [...main, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...common, ...env },
    });
    t.teardown(() => child.kill('SIGKILL'));
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    const ended = once(child, 'close').then(([code]) => {
      written.push(output.stdout, output.stderr);
      return { code: code as number | null, ...output };
    });
    const until = async (fits: (stdout: string) => boolean) => {
      while (!fits(output.stdout)) {
        const [first] = await Promise.race([once(child.stdout, 'data'), ended.then((ran) => [ran])]);
        if (typeof first !== 'string') throw new Error(`It ended before: ${JSON.stringify(first)}`);
      }
    };
    return { child, output, until, ended };
  };
  const run = (args: string[], env?: Env, input: string | Buffer = ''): Promise<Ran> => {
    const { child, ended } = start(args, env);
    // A command that reads nothing may be gone before.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    return ended;
  };
  return {
    folder,
    written,
    start,
    run,
    async json<T>(args: string[], env?: Env) {
      const ran = await run([...args, '--json'], env);
      if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${JSON.stringify(ran)}`);
      return JSON.parse(ran.stdout) as T;
    },
  };
}
