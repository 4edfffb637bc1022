import { access, constants, readFile, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Settings } from '../../config.ts';
import { codeOf } from '../../embedded/error.ts';
import { orNull } from '../../embedded/files.ts';
import { pointerName } from '../../embedded/place.ts';
import { type Finding, findings } from './finding.ts';

const MINIMUM_NODE = [20, 19] as const;
const MIB = 1_048_576;
/** The write-ahead log alone may take 2 GiB. */
const LITTLE_MIB = 4_096;
const TOO_LITTLE_MIB = 512;

export function checkNode(version = process.versions.node): Finding {
  const { ok, broken } = findings('node');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const supported = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  return supported
    ? ok(`Node ${version}.`)
    : broken(`Node ${version} is too old.`, `Use Node ${MINIMUM_NODE.join('.')} or newer.`);
}

/** The data folder of an embedded installation, and the room that is left for its database. */
export async function checkDataFolder({ databaseUrl, dataDir }: Settings): Promise<Finding[]> {
  if (databaseUrl !== null) return [];
  const { ok, broken } = findings('data');
  const folder = resolve(dataDir);
  const existing = await nearest(folder);
  try {
    await access(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    const name = 'Make it writable, or name another folder in HOOKGATE_DATA_DIR, or set DATABASE_URL.';
    return [
      broken(`DATABASE_URL is not set, and ${existing} cannot be written to (${codeOf(error)}).`, name),
    ];
  }
  const place = await databaseFolder(folder);
  const made = existing === folder ? 'is' : 'will be made';
  return [
    ok(`DATABASE_URL is not set: the embedded Postgres ${made} in ${place}.`),
    await checkSpace(await nearest(place)),
  ];
}

async function checkSpace(folder: string): Promise<Finding> {
  const { ok, warning, broken } = findings('disk');
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / MIB);
  const detail = `${(free / 1_024).toFixed(1)} GiB are free in ${folder}.`;
  const mend = 'Free some space, or move the data folder (HOOKGATE_DATA_DIR) to a larger disk.';
  if (free < TOO_LITTLE_MIB) return broken(detail, mend);
  return free < LITTLE_MIB ? warning(detail, mend) : ok(detail);
}

/** Where the database of a data folder is: perhaps elsewhere, where a pointer in the folder says. */
async function databaseFolder(folder: string): Promise<string> {
  const pointer = await orNull(['ENOENT', 'ENOTDIR'], readFile(join(folder, pointerName), 'utf8'));
  return pointer?.split('\n')[0] || folder;
}

/** The folder, or the one in which it would be made. */
async function nearest(folder: string): Promise<string> {
  if (
    await orNull(
      ['ENOENT', 'ENOTDIR'],
      access(folder).then(() => true),
    )
  )
    return folder;
  const parent = dirname(folder);
  return parent === folder ? folder : nearest(parent);
}
