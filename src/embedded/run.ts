import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { User } from './user.ts';

export interface Launch {
  command: string;
  args: string[];
  /** null: as ourselves. */
  user: User | null;
  stdio: StdioOptions;
  /** In a session of its own, which Ctrl-C in our terminal does not reach. */
  detached?: boolean;
}

/**
 * Spawns one of Postgres's programs.
 * The environment is made from nothing: our own holds secrets (and perhaps PGDATA or a TZ that Postgres would
 * obey), and /proc shows it to the user that Postgres runs as. The working directory is one everybody can enter.
 * @throws the system error of a program that cannot be executed (`ENOENT`, `EACCES`, `EPERM`).
 */
export async function launch({
  command,
  args,
  user,
  stdio,
  detached = false,
}: Launch): Promise<ChildProcess> {
  const child = spawn(command, args, {
    ...(user && { uid: user.uid, gid: user.gid }),
    detached,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio,
  });
  await once(child, 'spawn');
  return child;
}

export interface Ran {
  code: number | null;
  output: string;
}

/** Runs a program to its end, with `input` on its standard input. */
export async function run(options: Omit<Launch, 'stdio'>, input = ''): Promise<Ran> {
  const child = await launch({ ...options, stdio: 'pipe' });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  // A program that ends before it has read everything (EPIPE) tells us why by its exit code and its output.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
