import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError } from './error.ts';
import { orNull, writePrivateFile } from './files.ts';

export interface Secret {
  name: string;
  /** What the whole file must look like, but for a line end. */
  pattern: RegExp;
  generate: () => string;
}

export interface LoadedSecret {
  value: string;
  file: string;
  created: boolean;
}

/** Where a data folder keeps a secret. */
export const secretFile = (folder: string, { name }: Secret): string => join(folder, 'keys', name);

/**
 * @returns the secret, or null when there is none.
 * @throws EmbeddedError when there is one that cannot be what was written. It is never replaced: what it
 * protects could not be read any more.
 */
export async function loadSecret(folder: string, secret: Secret): Promise<string | null> {
  const file = secretFile(folder, secret);
  const text = await orNull('ENOENT', readFile(file, 'utf8'));
  if (text === null) return null;
  const value = text.trimEnd();
  if (!secret.pattern.test(value)) {
    throw new EmbeddedError(`${file} is damaged: put back the original from a backup.`);
  }
  // A backup that was put back may have lost its mode.
  if (((await stat(file)).mode & 0o077) !== 0) await chmod(file, 0o600);
  return value;
}

/** Reads a secret, and makes it the first time. Of two processes that do so at once, one makes it for both. */
export async function loadOrCreateSecret(folder: string, secret: Secret): Promise<LoadedSecret> {
  const file = secretFile(folder, secret);
  const found = await loadSecret(folder, secret);
  if (found !== null) return { value: found, file, created: false };
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await chmod(join(folder, 'keys'), 0o700);
  const value = secret.generate();
  const written = writePrivateFile(file, `${value}\n`, { exclusive: true }).then(() => true);
  if (await orNull('EEXIST', written)) return { value, file, created: true };
  return loadOrCreateSecret(folder, secret);
}
