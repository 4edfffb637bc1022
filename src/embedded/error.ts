import { resolve } from 'node:path';

/** The embedded Postgres or its data folder cannot be used: the message is one line that says what to do. */
export class EmbeddedError extends Error {
  override name = 'EmbeddedError';
}

/** The `code` of a system error (`ENOENT`, `EACCES`, …), if it is one. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

const otherFolder = 'name another folder in HOOKGATE_DATA_DIR, or set DATABASE_URL to a Postgres of yours';

const remedies: Record<string, string> = {
  EACCES: `you may not write there: make it writable, ${otherFolder}`,
  EPERM: `the system does not allow it: ${otherFolder}`,
  EROFS: `it is read-only: ${otherFolder}`,
  ENOSPC: `the disk is full: free some space, ${otherFolder}`,
  EDQUOT: `the disk quota is used up: free some space, ${otherFolder}`,
  EEXIST: `something that is no folder has this name: ${otherFolder}`,
  ENOTDIR: `something on the way there is no folder: ${otherFolder}`,
};

/** Turns a system error that comes from using the data folder into one line that names the folder. */
export async function systemErrorsExplained<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const remedy = remedies[codeOf(error) ?? ''];
    if (remedy === undefined) throw error;
    throw new EmbeddedError(`The data folder ${resolve(dataDir)} cannot be used, ${remedy}.`, {
      cause: error,
    });
  }
}
