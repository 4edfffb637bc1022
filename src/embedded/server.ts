import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cluster, configure } from './cluster.ts';
import { readPidFile } from './pid-file.ts';
import { launch } from './run.ts';
import { serverSettings, toConfiguration } from './settings.ts';

export interface Server {
  pid: number;
  port: number;
  settings: Record<string, string>;
  /** Settles when the process is gone, for whatever reason. */
  exited: Promise<void>;
  child: ChildProcess;
}

export interface StartOptions {
  cluster: Cluster;
  /** Text of the server's output; begun anew. */
  logFile: string;
  /** Asked again when somebody else has taken the port meanwhile. Default: a free one. */
  pickPort?: () => number | Promise<number>;
  settings?: Record<string, string>;
  onRecovery?: () => void;
}

/** Why a server did not start. */
export interface NotStarted {
  status: 'not_started';
  reason: 'port' | 'memory' | 'other';
  log: string;
}

export type Started = { status: 'started'; server: Server } | NotStarted;

/** A port of 127.0.0.1 that is free now; somebody else may take it before we do. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No TCP port was given.');
  return address.port;
}

const patienceMs = 15_000;

/**
 * Starts the server and waits until it takes connections, however long its crash recovery needs.
 * Tries again for a while when somebody else has taken the port, and when processes of a killed postmaster still
 * hold its shared memory.
 */
export async function startServer(options: StartOptions): Promise<Started> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const started = await tryToStart(options);
    if (started.status === 'started' || started.reason === 'other' || Date.now() > until) return started;
    await delay(200);
  }
}

async function tryToStart(options: StartOptions): Promise<Started> {
  const { cluster, logFile } = options;
  const port = await (options.pickPort ?? freePort)();
  const settings = { ...serverSettings(port), ...options.settings };
  await configure(cluster, toConfiguration(settings));
  const log = await open(logFile, 'w', 0o600);
  let child: ChildProcess;
  try {
    child = await launch({
      command: cluster.binaries.postgres,
      args: ['-D', cluster.directory],
      user: cluster.user,
      stdio: ['ignore', log.fd, log.fd],
      // Ctrl-C goes to every process of a terminal's group: it would stop Postgres before our own shutdown
      // has committed what it still holds.
      detached: true,
    });
  } finally {
    await log.close();
  }
  const exited = goneWithUs(child);
  const ready = await waitUntilReady(child, options).catch((error: unknown) => {
    child.kill('SIGQUIT');
    throw error;
  });
  if (ready && child.pid !== undefined) {
    return { status: 'started', server: { pid: child.pid, port, settings, exited, child } };
  }
  const text = await readFile(logFile, 'utf8');
  return { status: 'not_started', reason: reasonIn(text), log: text };
}

/** Should this process exit without having stopped the server, the server shuts down by itself. */
function goneWithUs(child: ChildProcess): Promise<void> {
  const shutDown = () => child.kill('SIGINT');
  process.on('exit', shutDown);
  return new Promise((resolve) => {
    child.once('exit', () => {
      process.off('exit', shutDown);
      resolve();
    });
  });
}

async function waitUntilReady(child: ChildProcess, options: StartOptions): Promise<boolean> {
  let recovering = false;
  while (child.exitCode === null && child.signalCode === null) {
    // Asked first: a short recovery may be over, and its line be written, by the time the log is read.
    const { pid, status } = await readPidFile(options.cluster.directory);
    if (!recovering && (await readFile(options.logFile, 'utf8')).includes('automatic recovery in progress')) {
      recovering = true;
      options.onRecovery?.();
    }
    if (pid === child.pid && status === 'ready') return true;
    // Postgres announces this state in that file only; pg_ctl looks just as often.
    await delay(30);
  }
  return false;
}

function reasonIn(log: string): NotStarted['reason'] {
  if (/could not bind|could not create any TCP\/IP sockets/.test(log)) return 'port';
  if (/pre-existing shared memory block/.test(log)) return 'memory';
  return 'other';
}

/**
 * Fast shutdown: open transactions are rolled back and a checkpoint is written. When that takes longer than
 * `limitMs`, Postgres is made to quit at once (it recovers at the next start) and, failing that, killed.
 */
export async function stopServer({ child, exited }: Server, limitMs = 20_000): Promise<void> {
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  for (const [signal, limit] of [
    ['SIGINT', limitMs],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 10_000],
  ] as const) {
    if (gone()) return;
    child.kill(signal);
    await settledWithin(exited, limit);
  }
}

function settledWithin(promise: Promise<void>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, limitMs);
    void promise.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
