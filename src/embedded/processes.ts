import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { codeOf } from './error.ts';
import { orNull } from './files.ts';

// Other users' entries in /proc can be hidden; a process can end between two looks.
const unreadable = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];

/** False when there is no such process (any more). Signal 0 only asks. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    // It is there and belongs to somebody else.
    if (codeOf(error) === 'EPERM' && name === 0) return true;
    throw error;
  }
}

/**
 * A text that stays the same for the life of a process and differs for the next one that gets its pid.
 * "unknown" where the system does not say; null when there is no such process.
 */
export async function incarnation(pid: number): Promise<string | null> {
  if (!signal(pid, 0)) return null;
  const stat = await orNull(unreadable, readFile(`/proc/${pid}/stat`, 'utf8'));
  if (stat === null) return 'unknown';
  // The name, in parentheses, may hold spaces; field 3 follows it. A zombie (Z) is gone but for its parent.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  const boot = await orNull(unreadable, readFile('/proc/sys/kernel/random/boot_id', 'utf8'));
  return `${fields[19]}.${(boot ?? '').slice(0, 8)}`;
}

/** The program and its arguments; empty when it cannot be told. */
export async function commandLine(pid: number): Promise<string[]> {
  const text = await orNull(unreadable, readFile(`/proc/${pid}/cmdline`, 'utf8'));
  if (text !== null) return text.split('\0').filter(Boolean);
  if (process.platform === 'linux') return [];
  // Its exit code is 1 when there is no such process.
  const ps = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => null);
  return ps ? [ps.stdout.trim()] : [];
}
