import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orNull, writePrivateFile } from './files.ts';
import type { User } from './user.ts';

const pathOf = (directory: string) => join(directory, 'postmaster.pid');

export interface PidFile {
  pid: number | null;
  directory: string | null;
  /** "starting", "ready", "stopping" or "standby". */
  status: string | null;
}

/** What the postmaster of this data directory says of itself; nulls when there is no file. */
export async function readPidFile(directory: string): Promise<PidFile> {
  const text = await orNull('ENOENT', readFile(pathOf(directory), 'utf8'));
  const lines = (text ?? '').split('\n').map((line) => line.trim());
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10)) || null;
  return { pid, directory: lines[1] || null, status: lines[7] || null };
}

/**
 * The pid in the file belongs to some other program by now, or to the remains of a killed postmaster that nobody
 * has waited for (in a container, often for good). Postgres would take that for a server that still
 * runs, unless it is the pid of its own parent: then the file is stale to it, and it goes on to check whether
 * the shared memory named there is still in use. Removing the file would skip that check.
 */
export async function disown(directory: string, owner: User | null): Promise<void> {
  const file = pathOf(directory);
  const text = await orNull('ENOENT', readFile(file, 'utf8'));
  if (text === null) return;
  const [, ...rest] = text.split('\n');
  await writePrivateFile(file, [process.pid, ...rest].join('\n'), { owner });
}
