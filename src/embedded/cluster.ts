import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { EmbeddedError } from './error.ts';
import { orNull, syncFolder, writePrivateFile } from './files.ts';
import { run } from './run.ts';
import type { User } from './user.ts';

/** The role that a cluster is made with. */
export const superuser = 'postgres';
/** The role of the service: it owns its database, may make roles, and is no superuser. */
export const serviceRole = 'hookgate';
export const database = 'hookgate';
export const configurationFile = 'hookgate.conf';

export interface Cluster {
  /** Absolute path of the data directory. */
  directory: string;
  user: User | null;
  binaries: Binaries;
}

export interface Passwords {
  superuser: string;
  service: string;
}

/** The major version that made the data in `directory`; null when there is none. */
export async function clusterVersion(directory: string): Promise<string | null> {
  const text = await orNull('ENOENT', readFile(join(directory, 'PG_VERSION'), 'utf8'));
  return text === null ? null : text.trim();
}

/**
 * Makes the cluster under another name and renames it when it is whole, so that one that an interrupted start
 * left behind is never taken for a database.
 */
export async function createCluster(cluster: Cluster, passwords: Passwords): Promise<void> {
  const { directory, user } = cluster;
  const parent = dirname(directory);
  await removeUnfinished(parent);
  const unfinished = join(parent, `${unfinishedPrefix}${randomBytes(4).toString('hex')}`);
  const data = join(unfinished, 'data');
  try {
    await mkdir(unfinished, { mode: 0o700 });
    if (user) await chown(unfinished, user.uid, user.gid);
    await initialise({ ...cluster, directory: data }, passwords);
    await rename(data, directory);
    await syncFolder(parent);
  } finally {
    await remove(unfinished);
  }
}

const unfinishedPrefix = '.unfinished-';

async function removeUnfinished(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (name.startsWith(unfinishedPrefix)) await remove(join(parent, name));
  }
}

/** An initdb whose parent was killed may still be writing there for a moment. */
function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

async function initialise(cluster: Cluster, passwords: Passwords): Promise<void> {
  const { directory, user, binaries } = cluster;
  // A file, because arguments and environment show in ps; beside the data, where only that user can look.
  const passwordFile = join(dirname(directory), 'password');
  await writeFile(passwordFile, `${passwords.superuser}\n`, { mode: 0o600 });
  if (user) await chown(passwordFile, user.uid, user.gid);
  // The built-in C.UTF-8 needs no locale installed in the machine and sorts the same on every one.
  const initdb = await run({
    command: binaries.initdb,
    args: [
      `--pgdata=${directory}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    user,
  });
  if (initdb.code !== 0) throw failed(directory, initdb.output);
  await appendFile(join(directory, 'postgresql.conf'), `\ninclude_if_exists = '${configurationFile}'\n`);
  const fault = await runAlone(
    cluster,
    'postgres',
    `CREATE ROLE ${serviceRole} LOGIN CREATEROLE PASSWORD '${passwords.service}';

CREATE DATABASE ${database} OWNER ${serviceRole};`,
  );
  if (fault !== null) throw failed(directory, fault);
}

/**
 * Runs statements, with an empty line between them, in a standalone backend: no client library is needed, and no moment
 * with an unprotected server.
 * @returns what it said when one failed; null: all is done.
 */
export async function runAlone(
  { directory, user, binaries }: Cluster,
  name: string,
  statements: string,
): Promise<string | null> {
  // The server's own settings would keep its errors from us; the statements may have passwords in them.
  const args = ['--single', '-j', '-D', directory, '-c', 'log_min_messages=warning'];
  args.push('-c', 'log_min_error_statement=panic', name);
  const { code, output } = await run({ command: binaries.postgres, args, user }, `${statements}\n\n`);
  return code === 0 && !/ERROR|FATAL|PANIC/.test(output) ? null : output;
}

function failed(directory: string, output: string): EmbeddedError {
  const reason = reasonIn(output);
  const advice = /No space left/.test(output)
    ? 'the disk is full: free some space, or name another folder in HOOKGATE_DATA_DIR'
    : 'set HOOKGATE_DATA_DIR to another folder, or DATABASE_URL to a Postgres of yours';
  return new EmbeddedError(
    `Could not create a Postgres database in ${dirname(dirname(directory))} (${reason}): ${advice}.`,
  );
}

/** What Postgres's programs say went wrong, and nothing of the statement, which may have a password in it. */
export const reasonIn = (output: string): string =>
  /(?:FATAL|PANIC|ERROR|error): *(.+)/.exec(output)?.[1] ?? 'no reason given';

/** Writes the settings that the next start reads. */
export function configure({ directory, user }: Cluster, text: string): Promise<void> {
  return writePrivateFile(join(directory, configurationFile), text, { owner: user });
}
