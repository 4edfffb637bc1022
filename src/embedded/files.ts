import { randomBytes } from 'node:crypto';
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from './error.ts';
import type { User } from './user.ts';

export interface PrivateFileOptions {
  owner?: User | null;
  /** Leave a file that is there already as it is (`EEXIST`). */
  exclusive?: boolean;
}

/**
 * Writes a file that is either there completely or not at all, also after a power failure. Readable only by
 * its owner. A symbolic link of that name is replaced, not followed: root writes into folders of other users.
 */
export async function writePrivateFile(
  file: string,
  text: string,
  { owner = null, exclusive = false }: PrivateFileOptions = {},
): Promise<void> {
  const temporary = join(dirname(file), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      if (owner) await handle.chown(owner.uid, owner.gid);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (exclusive) await link(temporary, file);
    else await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(file));
}

/** Makes a rename in this folder survive a power failure. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether there is anything of that name, be it a broken symbolic link. */
export async function exists(path: string): Promise<boolean> {
  return (await orNull('ENOENT', lstat(path))) !== null;
}

/** The result, or null when it failed with one of these system errors. */
export async function orNull<T>(codes: string | string[], result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    const code = codeOf(error);
    if (code !== undefined && [codes].flat().includes(code)) return null;
    throw error;
  }
}
