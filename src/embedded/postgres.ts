import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Binaries, prepareBinaries } from './binaries.ts';
import { type Cluster, clusterVersion, createCluster, database, reasonIn, serviceRole } from './cluster.ts';
import { EmbeddedError, systemErrorsExplained } from './error.ts';
import { orNull } from './files.ts';
import { clearLeftover } from './leftover.ts';
import { lockFolder } from './lock.ts';
import { findPlace, openDataFolder, type Place, recordPlace, sharedFolders } from './place.ts';
import { areSeparate, loadOrCreatePasswords, markSeparate, separateRoles, servicePassword } from './roles.ts';
import { loadSecret, secretFile } from './secrets.ts';
import { type NotStarted, type Server, type StartOptions, startServer, stopServer } from './server.ts';

export interface EmbeddedPostgresOptions {
  /** Default: `.hookgate` in the working directory. */
  dataDir?: string;
  /** Gets one line of plain words for each step that takes a moment. */
  onProgress?: (line: string) => void;
  /** Called once if Postgres ends without having been stopped. Nothing restarts it. */
  onUnexpectedExit?: (error: EmbeddedError) => void;
  pickPort?: StartOptions['pickPort'];
  /** Where root puts what the user that Postgres runs as cannot reach. Default: `/var/lib/hookgate`. */
  sharedFolders?: string[];
}

export interface EmbeddedPostgres {
  /** With the password: not for a log. */
  url: string;
  pid: number;
  port: number;
  /** The settings in force, unless ALTER SYSTEM has changed them. */
  settings: Record<string, string>;
  /** Stops Postgres and gives the data folder free; takes 40 s at the very most. Can be called again. */
  stop(): Promise<void>;
}

/**
 * Starts the Postgres of a data folder, and makes one on the first start.
 *
 * As long as it runs, so does this process: forgetting `stop` shows. A process that exits all the same (an
 * uncaught exception) tells Postgres to shut down; one that is killed leaves it to the next start.
 * @throws EmbeddedError with one line that says what is wrong and what to do.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const dataDir = options.dataDir ?? '.hookgate';
  return systemErrorsExplained(dataDir, async () => {
    const folder = await openDataFolder(dataDir);
    const lock = await lockFolder(folder);
    try {
      const { server, secret } = await start(folder, options);
      return supervise({ server, secret, folder, release: lock.release, options });
    } catch (error) {
      await lock.release();
      throw error;
    }
  });
}

async function start(
  folder: string,
  options: EmbeddedPostgresOptions,
): Promise<{ server: Server; secret: string }> {
  const onProgress = options.onProgress ?? (() => undefined);
  const place = await findPlace(folder, options.sharedFolders);
  const { user, directory } = place;
  const binaries = await prepareBinaries(user, async () =>
    user ? sharedFolders(user, options.sharedFolders) : [folder],
  );
  const cluster: Cluster = { directory, user, binaries };
  const secret = place.exists
    ? await openExisting(folder, place, binaries)
    : await createNew(folder, place, cluster, onProgress);
  await clearLeftover({ directory, user, onProgress });
  const launch: Launch = { cluster, folder, onProgress, options };
  let server = await startOrExplain(launch);
  if (!(await areSeparate(cluster))) {
    // Only after a start and a stop it is sure that nothing has to be recovered.
    await stopServer(server);
    onProgress('Taking the rights of a superuser from the role of the service, once');
    const fault = await separateRoles(cluster, folder);
    if (fault !== null) onProgress(`It keeps them, because this failed: ${reasonIn(fault)}`);
    server = await startOrExplain(launch);
  }
  onProgress(`Postgres is ready on port ${server.port}`);
  return { server, secret };
}

interface Launch {
  cluster: Cluster;
  folder: string;
  onProgress: (line: string) => void;
  options: EmbeddedPostgresOptions;
}

async function startOrExplain({ cluster, folder, onProgress, options }: Launch): Promise<Server> {
  onProgress('Starting Postgres');
  const logFile = join(folder, 'postgres.log');
  await orNull('ENOENT', rename(logFile, `${logFile}.1`));
  const started = await startServer({
    cluster,
    logFile,
    onRecovery: () => onProgress('Recovering after an unclean stop'),
    ...(options.pickPort && { pickPort: options.pickPort }),
  });
  if (started.status === 'not_started') throw notStarted(folder, logFile, started);
  return started.server;
}

async function openExisting(folder: string, { directory }: Place, { major }: Binaries): Promise<string> {
  const version = await clusterVersion(directory);
  if (version !== major) {
    throw new EmbeddedError(
      `The database in ${directory} was made by Postgres ${version ?? '(unknown)'}, and this Hookgate comes with Postgres ${major}: copy its data over with the older version's pg_dump, or name another folder in HOOKGATE_DATA_DIR to start with an empty one.`,
    );
  }
  const secret = await loadSecret(folder, servicePassword);
  if (secret !== null) return secret;
  throw new EmbeddedError(
    `${secretFile(folder, servicePassword)} is missing, and with it the way into the database in ${directory}: put the folder "keys" back from a backup, or remove the database to start with an empty one.`,
  );
}

async function createNew(
  folder: string,
  place: Place,
  cluster: Cluster,
  onProgress: (line: string) => void,
): Promise<string> {
  for (const path of place.abandoned) {
    onProgress(`An earlier database of this folder is still in ${path}; remove it if you do not need it`);
  }
  onProgress(`Creating a Postgres database in ${cluster.directory} (first start, takes a few seconds)`);
  // Before the database, so that a database without its password means that the password was lost.
  const passwords = await loadOrCreatePasswords(folder);
  await createCluster(cluster, passwords);
  await markSeparate(cluster);
  await recordPlace(folder, place);
  return passwords.service;
}

function notStarted(folder: string, logFile: string, { log }: NotStarted): EmbeddedError {
  const lines = log.trim().split('\n');
  const last = lines.filter((line) => /FATAL|PANIC/.test(line)).at(-1) ?? lines.at(-1) ?? '';
  const reason = last.replace(/^.*?(FATAL|PANIC):\s*/, '') || 'it gave no reason';
  const remedy = /No space left/.test(log) ? 'free some space on the disk' : `see ${logFile}`;
  return new EmbeddedError(`Postgres did not start in ${folder} (${reason}): ${remedy}.`);
}

interface Supervised {
  server: Server;
  secret: string;
  folder: string;
  release: () => Promise<void>;
  options: EmbeddedPostgresOptions;
}

function supervise({ server, secret, folder, release, options }: Supervised): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await stopServer(server);
    await release();
  };
  void server.exited.then(() => {
    if (stopping) return;
    const error = new EmbeddedError(`Postgres in ${folder} has ended unexpectedly: start Hookgate again.`);
    options.onUnexpectedExit?.(error);
  });
  return {
    url: `postgres://${serviceRole}:${secret}@127.0.0.1:${server.port}/${database}`,
    pid: server.pid,
    port: server.port,
    settings: server.settings,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
