import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exists, orNull, writePrivateFile } from './files.ts';
import { commandLine, incarnation, signal } from './processes.ts';
import { readPidFile } from './server.ts';
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

/**
 * The pid in the file belongs to some other program by now, or to the remains of a killed postmaster that nobody
 * has waited for (in a container, often for good). Postgres would take that for a server that still
 * runs, unless it is the pid of its own parent: then the file is stale to it, and it goes on to check whether
 * the shared memory named there is still in use. Removing the file would skip that check.
 */
async function disown(directory: string, owner: User | null): Promise<void> {
  const file = join(directory, 'postmaster.pid');
  const text = await orNull('ENOENT', readFile(file, 'utf8'));
  if (text === null) return;
  const [, ...rest] = text.split('\n');
  await writePrivateFile(file, [process.pid, ...rest].join('\n'), { owner });
}
