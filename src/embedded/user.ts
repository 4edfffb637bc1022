import { lstat, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedError } from './error.ts';
import { orNull } from './files.ts';

/** An account of this machine that Postgres can run as. */
export interface User {
  uid: number;
  gid: number;
}

// Accounts that exist already: making one would change the machine for a program that only wants to be tried.
const candidates = ['postgres', '_postgres', 'nobody'];

export const isRoot = (): boolean => process.getuid?.() === 0;

/** Whom Postgres runs as: ourselves (null), or for root, whom Postgres refuses, another account. */
export async function postgresUser(): Promise<User | null> {
  if (!isRoot()) return null;
  const accounts = await readAccounts();
  for (const name of candidates) {
    const account = accounts.get(name);
    if (account) return account;
  }
  throw new EmbeddedError(
    `Postgres does not run as root and this machine has none of the users ${candidates.join(', ')}: start Hookgate as an ordinary user, or set DATABASE_URL.`,
  );
}

async function readAccounts(): Promise<Map<string, User>> {
  // Images built from nothing have none.
  const passwd = (await orNull('ENOENT', readFile('/etc/passwd', 'utf8'))) ?? '';
  const accounts = new Map<string, User>();
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    const user = { uid: Number(uid), gid: Number(gid) };
    if (name && user.uid > 0 && user.gid > 0) accounts.set(name, user);
  }
  return accounts;
}

/**
 * Whether `user` may enter `path` and every folder above it, going by the mode bits.
 * Asked before anything is created there; `path` is real (no symbolic links).
 */
export async function canReach(user: User, path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid, gid } = await lstat(at);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
