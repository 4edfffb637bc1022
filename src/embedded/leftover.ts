import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exists } from './files.ts';
import { disown, readPidFile } from './pid-file.ts';
import { commandLine, incarnation, signal } from './processes.ts';
import type { User } from './user.ts';

export interface LeftoverOptions {
  directory: string;
  user: User | null;
  onProgress: (line: string) => void;
}

/**
 * Deals with what an earlier run, killed before it could stop Postgres, left in the data directory. To be called
 * by the owner of the data folder's lock, so nobody else is using that server.
 *
 * A server that still runs is stopped rather than adopted: it is not our child, so we would not be told of its
 * end, and it runs with the port and the settings of another start.
 */
export async function clearLeftover({ directory, user, onProgress }: LeftoverOptions): Promise<void> {
  const { pid, directory: named } = await readPidFile(directory);
  if (pid === null || !signal(pid, 0)) return;
  if (await isServerOf(pid, directory, named)) {
    onProgress(`Stopping the Postgres that an earlier run left behind (process ${pid})`);
    await stopProcess(pid);
    if ((await readPidFile(directory)).pid === null) return;
  }
  await disown(directory, user);
}

/**
 * The command line, which everybody may read, has the directory. A directory that was moved has its old name
 * there; one that was copied has the name of the original, whose server is none of our business.
 */
async function isServerOf(pid: number, directory: string, named: string | null): Promise<boolean> {
  const [program = '', ...args] = await commandLine(pid);
  // Where the system gives the line as one text, there are no separate arguments to compare.
  const mentions = (path: string) =>
    args.includes(path) || (args.length === 0 && program.endsWith(` ${path}`));
  if (basename(program.split(' -D ')[0] ?? '') !== 'postgres') return false;
  return mentions(directory) || (named !== null && mentions(named) && !(await exists(named)));
}

async function stopProcess(pid: number): Promise<void> {
  const started = await incarnation(pid);
  for (const [name, limitMs] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ] as const) {
    const until = Date.now() + limitMs;
    signal(pid, name);
    // Not our child: nothing tells us of its end.
    while (Date.now() < until) {
      if ((await incarnation(pid)) !== started) return;
      await delay(50);
    }
  }
}
