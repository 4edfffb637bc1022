import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareBinaries } from '../../src/embedded/binaries.ts';
import { type Cluster, createCluster, database, superuser } from '../../src/embedded/cluster.ts';
import { sharedFolders } from '../../src/embedded/place.ts';
import { type Server, type Started, startServer, stopServer } from '../../src/embedded/server.ts';
import { postgresUser } from '../../src/embedded/user.ts';
import { signalFamily } from './processes.ts';

const password = 'only-for-tests';

/** A Postgres of a test's own, to stop, kill and freeze. */
export interface TestCluster {
  /** Stays the same over restarts. */
  url: string;
  /** The postmaster of now; changes with a restart. */
  readonly pid: number;
  /** Fast shutdown. The data stays: `restart` brings it back. */
  stop(): Promise<void>;
  /** SIGKILL to the postmaster and its children: what a power failure looks like to the clients. */
  kill(): Promise<void>;
  /** Starts it again on the same port, after a stop or a kill. */
  restart(): Promise<void>;
  /** SIGSTOP to all its processes: connections stay open and nothing answers. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

export interface TestClusterOptions {
  /** Where to put it; a temporary folder when left out. It must exist and be empty. */
  directory?: string;
  /** postgresql.conf settings on top of those of the embedded Postgres. */
  settings?: Record<string, string>;
}

/**
 * A test that is killed (a time limit, Ctrl-C) runs no teardown: then this shell sees its standard input end, and
 * does what the teardown would have done.
 */
const watchdog = `
  read -r _
  pid=$(head -n 1 "$1/postgres/postmaster.pid" 2>/dev/null) || exit
  kill -CONT $pid $(cat /proc/$pid/task/$pid/children)
  kill -INT $pid
  tries=0
  while kill -0 $pid && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
  rm -rf "$1"`;

/** Starts a cluster with the binaries and settings of the embedded Postgres, fsync on included. */
export async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const root = options.directory ?? (await mkdtemp(join(tmpdir(), 'hookgate-test-')));
  // The user that Postgres runs as must get through.
  await chmod(root, 0o711);
  const user = await postgresUser();
  // One copy for all clusters of a run.
  const shared = join(process.env.HOOKGATE_TEST_RUN ?? tmpdir(), 'hookgate-test-binaries');
  const copyTo = () => (user ? sharedFolders(user, [shared]) : [root]);
  const binaries = await prepareBinaries(user, async () => copyTo());
  const cluster: Cluster = { directory: join(root, 'postgres'), user, binaries };
  await createCluster(cluster, { superuser: password, service: password });
  const start = async (port?: number): Promise<Server> => {
    const common = { cluster, logFile: join(root, 'postgres.log'), settings: options.settings ?? {} };
    return running(await startServer(port === undefined ? common : { ...common, pickPort: () => port }));
  };
  const guard = spawn('sh', ['-c', watchdog, 'sh', root], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  let server = await start().catch((error: unknown) => {
    guard.kill('SIGKILL');
    throw error;
  });
  const { port } = server;

  const signal = async (name: NodeJS.Signals) => {
    if (server.child.exitCode === null && server.child.signalCode === null)
      await signalFamily(server.pid, name);
  };
  return {
    url: `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`,
    get pid() {
      return server.pid;
    },
    stop: () => stopServer(server),
    async kill() {
      await signal('SIGKILL');
      await server.exited;
    },
    async restart() {
      await stopServer(server);
      server = await start(port);
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async remove() {
      await signal('SIGCONT');
      await stopServer(server);
      guard.kill('SIGKILL');
      await rm(root, { recursive: true, force: true });
    },
  };
}

function running(started: Started): Server {
  if (started.status === 'started') return started.server;
  throw new Error(`The test's Postgres did not start: ${started.log}`);
}
