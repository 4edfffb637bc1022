import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { codeOf } from '../../src/embedded/error.ts';

/**
 * Signals a process and its children. For a postmaster: each of its children leads a process group of its own,
 * so they are signalled one by one, while the postmaster is stopped and cannot fork another.
 */
export async function signalFamily(parent: number, signal: NodeJS.Signals): Promise<void> {
  if (!send(parent, 'SIGSTOP')) return;
  for (const child of await childrenOf(parent)) send(child, signal);
  send(parent, signal);
}

/** False when there is no such process (any more). */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}

export async function childrenOf(parent: number): Promise<number[]> {
  // Small container images have no ps, macOS has no /proc.
  const table = existsSync('/proc/self/stat') ? await procTable() : await psTable();
  return table.filter((row) => row.parent === parent).map((row) => row.pid);
}

/**
 * The process, its children, their children and so on, the oldest first. `visit` is called with each before its
 * children are looked for: one that is stopped there starts no more of them.
 */
export async function descendantsOf(ancestor: number, visit: (pid: number) => unknown): Promise<number[]> {
  visit(ancestor);
  const family = [ancestor];
  for (const child of await childrenOf(ancestor)) family.push(...(await descendantsOf(child, visit)));
  return family;
}

/** A process that has to do with a folder: it runs there, or was told of it. */
export interface FolderProcess {
  pid: number;
  command: string;
}

/** All processes, this one left out, whose working folder, arguments or environment name the folder. Needs /proc. */
export async function processesIn(folder: string): Promise<FolderProcess[]> {
  if (!existsSync('/proc/self/stat')) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [command, environment, cwd] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
        readlink(`/proc/${pid}/cwd`).catch(() => ''),
      ]);
      const isIn = [command, environment, cwd].some((text) => text.includes(folder));
      return isIn ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ').trim() }] : [];
    }),
  );
  return found.flat();
}

interface Row {
  pid: number;
  parent: number;
}

async function procTable(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    // The name in parentheses may hold anything; after it come the state and the parent.
    const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    if (parent !== undefined) rows.push({ pid: Number(pid), parent: Number(parent) });
  }
  return rows;
}

async function psTable(): Promise<Row[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
  const columns = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  return columns.map(([pid = 0, parent = 0]) => ({ pid, parent }));
}
