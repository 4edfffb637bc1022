import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { codeOf, EmbeddedError } from './error.ts';
import { exists, orNull, writePrivateFile } from './files.ts';
import { canReach, isRoot, postgresUser, type User } from './user.ts';

/** Where the database of a data folder is, or will be. */
export interface Place {
  directory: string;
  user: User | null;
  exists: boolean;
  /** Databases made for this folder earlier that nothing points to any more. */
  abandoned: string[];
}

/** The file in a data folder that says where its database is, when that is elsewhere: on its first line. */
export const pointerName = 'postgres-location';

/** Makes the data folder if need be, and returns its real path. */
export async function openDataFolder(dataDir: string): Promise<string> {
  const folder = resolve(dataDir);
  // The user that root's Postgres runs as must get through to its own folder, but need not see the others.
  const mode = isRoot() ? 0o711 : 0o700;
  // On a read-only file system Node's recursive mkdir reports ENOENT; the plain one says what it is.
  const made = await orNull(
    'ENOENT',
    mkdir(folder, { recursive: true, mode }).then((first) => ({ first })),
  );
  if (made === null) await mkdir(folder, { mode });
  if (made?.first !== undefined || (await isEmptyAndRoots(folder))) await chmod(folder, mode);
  return realpath(folder);
}

/** As good as one that root has just made: a mount point, a temporary folder. */
async function isEmptyAndRoots(folder: string): Promise<boolean> {
  return isRoot() && (await stat(folder)).uid === 0 && (await readdir(folder)).length === 0;
}

/** Where root puts what another user must reach: a lasting place, and one that is there on every machine. */
export const sharedFolderCandidates = (): string[] => ['/var/lib/hookgate', join(tmpdir(), 'hookgate')];

/**
 * The database is inside the data folder, unless it was made by root in a place that the user Postgres runs as
 * cannot enter; then a pointer in the folder says where it is.
 */
export async function findPlace(folder: string, candidates = sharedFolderCandidates()): Promise<Place> {
  const pointed = await readPointer(folder);
  const directory = pointed ?? join(folder, 'postgres');
  // Somebody may have moved it to another disk and left a symbolic link.
  const real = await orNull('ENOENT', realpath(directory));
  if (real !== null) {
    return { directory: real, user: await userOf(real, await stat(real)), exists: true, abandoned: [] };
  }
  if (pointed) {
    throw new EmbeddedError(
      `The database of ${folder} was in ${pointed} and is gone: bring it back, or remove ${join(folder, pointerName)} to start with an empty one.`,
    );
  }
  const user = await postgresUser();
  if (user === null || (await canReach(user, folder)))
    return { directory, user, exists: false, abandoned: [] };
  return { ...(await placeOutside(folder, await sharedFolders(user, candidates))), user, exists: false };
}

/** Records where the database is, once it is complete. */
export async function recordPlace(folder: string, { directory }: Place): Promise<void> {
  if (dirname(directory) === folder) return;
  await writePointer(folder, directory);
}

/** The folder's own path, on the second line, tells a copy of the folder from the folder itself. */
function writePointer(folder: string, directory: string): Promise<void> {
  return writePrivateFile(join(folder, pointerName), `${directory}\n${folder}\n`);
}

async function readPointer(folder: string): Promise<string | null> {
  const file = join(folder, pointerName);
  const text = await orNull('ENOENT', readFile(file, 'utf8'));
  if (text === null) return null;
  const [directory, owner] = text.split('\n');
  if (!directory || !owner)
    throw new EmbeddedError(`${file} is damaged: put back the original from a backup.`);
  if (owner === folder) return directory;
  // Two folders with one database would each believe that they own it.
  if (await exists(join(owner, pointerName))) {
    throw new EmbeddedError(
      `${folder} is a copy of ${owner}, and the database itself is in ${directory}: remove ${file} to start with an empty one.`,
    );
  }
  await writePointer(folder, directory);
  return directory;
}

async function userOf(directory: string, { uid, gid }: User): Promise<User | null> {
  if (!isRoot()) {
    if (uid === process.getuid?.()) return null;
    throw new EmbeddedError(
      `The database in ${directory} belongs to another user (uid ${uid}): start Hookgate as that user or as root, or name another folder in HOOKGATE_DATA_DIR.`,
    );
  }
  if (uid !== 0 && (await canReach({ uid, gid }, dirname(directory)))) return { uid, gid };
  throw new EmbeddedError(
    `The user of the database in ${directory} (uid ${uid}) ${uid === 0 ? 'is root, which Postgres refuses' : 'cannot enter that folder'}: give it to a user that can (chown -R, chmod), or name another folder in HOOKGATE_DATA_DIR.`,
  );
}

async function placeOutside(
  folder: string,
  [base]: string[],
): Promise<Pick<Place, 'directory' | 'abandoned'>> {
  if (base === undefined) {
    throw new EmbeddedError(
      `Postgres does not run as root, and the user it runs as cannot enter ${folder}: name a folder in HOOKGATE_DATA_DIR that everybody can enter.`,
    );
  }
  const parent = join(base, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  await mkdir(parent, { recursive: true });
  await chmod(parent, 0o711);
  const abandoned = (await readdir(parent)).filter((name) => name.startsWith('postgres-'));
  return {
    directory: join(parent, `postgres-${randomBytes(4).toString('hex')}`),
    abandoned: abandoned.map((name) => join(parent, name)),
  };
}

/** Those of the candidates that are root's own and that `user` can enter; made if need be. */
export async function sharedFolders(user: User, candidates = sharedFolderCandidates()): Promise<string[]> {
  const usable: string[] = [];
  for (const folder of candidates) {
    if (!(await ownFolder(folder))) continue;
    const real = await realpath(folder);
    if (await canReach(user, real)) usable.push(real);
  }
  return usable;
}

/** In a folder that somebody else made, or may write to, they could put programs for us to run. */
async function ownFolder(folder: string): Promise<boolean> {
  try {
    const created = await mkdir(folder, { recursive: true, mode: 0o755 });
    if (created !== undefined) await chmod(folder, 0o755);
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
  const { mode, uid } = await lstat(folder);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}
