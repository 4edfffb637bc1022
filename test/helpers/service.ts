import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programArguments } from './checkout.ts';
import { descendantsOf, send } from './processes.ts';
import type { Test } from './tap.ts';

const main = programArguments('src/main.ts');

/** One line of the service's log. */
export type LogLine = Record<string, unknown> & { msg: string; level: string; time: string };

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The service in a process of its own, as an operator runs it. */
export interface TestService {
  /** Where it listens. Changes with a restart, unless PORT is set. */
  readonly url: string;
  readonly pid: number;
  /** For the management API: `createApi(t, service)` uses it. */
  readonly adminKey: string;
  /** Its data folder: where the embedded Postgres is. */
  readonly dataDir: string;
  /** Everything it logged, over all its starts. */
  readonly logs: LogLine[];
  /** What it wrote to its standard error. */
  readonly stderr: string;
  /** Only sends it. */
  signal(name: NodeJS.Signals): void;
  /** Sends a signal, SIGTERM when left out, and waits for the end of the process. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /** SIGKILL to it and to everything it started, the embedded Postgres included: a power failure. */
  killAll(): Promise<void>;
  /** How the process of now ended, or will end. */
  exited(): Promise<Exit>;
  /** Starts it again, after it has ended, with the same settings and the same data. */
  restart(env?: Env): Promise<void>;
  /** The first line (after the first `from`) that fits, as soon as it is there. */
  waitForLog(
    fits: (line: LogLine) => boolean,
    options?: { withinMs?: number; from?: number },
  ): Promise<LogLine>;
}

export type Env = Record<string, string | undefined>;

export interface ServiceOptions {
  /**
   * Its settings. Preset: a free port, LOG_LEVEL=info, an ENCRYPTION_KEY, an ADMIN_API_KEY, a data folder of its
   * own, endpoints on 127.0.0.1 allowed, and any number of unverified webhooks. `undefined` takes one of these away. Nothing else of this
   * process's environment is passed on.
   */
  env?: Env;
}

/** Starts the service and waits until it listens. It is stopped, and its data folder removed, when the test ends. */
export async function startService(t: Test, { env = {} }: ServiceOptions = {}): Promise<TestService> {
  // Everybody may enter: as root the embedded Postgres runs as another user.
  const folder = await mkdtemp(join(tmpdir(), 'hookgate-service-'));
  await chmod(folder, 0o755);
  let settings: Env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    PORT: '0',
    LOG_LEVEL: 'info',
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
    HOOKGATE_DATA_DIR: join(folder, 'data'),
    OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
    // Many tests send from here, as fast as they can, to workflows that verify nothing.
    UNVERIFIED_WEBHOOKS_PER_SECOND: '1000000',
    ...env,
  };
  const logs: LogLine[] = [];
  const run = (): Run => new Run(settings, folder, logs);
  let current = run();
  t.teardown(async () => {
    await current.stop();
    if (!t.passing()) t.comment(`The service's last words:`, tail(logs), current.stderr);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  await current.started;
  return {
    get url() {
      return current.url;
    },
    get pid() {
      return current.pid;
    },
    get stderr() {
      return current.stderr;
    },
    adminKey: settings.ADMIN_API_KEY ?? '',
    dataDir: settings.HOOKGATE_DATA_DIR ?? '',
    logs,
    signal: (name) => void current.child.kill(name),
    kill(signal = 'SIGTERM') {
      current.child.kill(signal);
      return current.exited;
    },
    async killAll() {
      const family = await descendantsOf(current.pid, (pid) => send(pid, 'SIGSTOP'));
      for (const pid of family) send(pid, 'SIGKILL');
      await current.exited;
    },
    exited: () => current.exited,
    async restart(changes = {}) {
      await current.exited;
      settings = { ...settings, ...changes };
      current = run();
      await current.started;
    },
    waitForLog: (fits, options) => waitForLog(() => current, logs, { fits, ...options }),
  };
}

/** One process, from its start to its end. */
class Run {
  readonly child: ChildProcess;
  readonly started: Promise<void>;
  readonly exited: Promise<Exit>;
  readonly watchers = new Set<() => void>();
  url = '';
  stderr = '';

  constructor(env: Env, folder: string, logs: LogLine[]) {
    // In the data folder, so that no .env of a developer is read.
    this.child = spawn(process.execPath, main, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Not 'exit': by then its last lines may not have been read.
    this.exited = once(this.child, 'close').then(([code, signal]) => ({ code, signal }) as Exit);
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.started = this.#started(logs);
    this.#guard();
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGCONT');
    this.child.kill('SIGTERM');
    const hanging = setTimeout(() => this.child.kill('SIGKILL'), 40_000);
    await this.exited;
    clearTimeout(hanging);
  }

  #started(logs: LogLine[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.child.stdout === null) throw new Error('no standard output');
      createInterface(this.child.stdout).on('line', (text) => {
        const line = parse(text);
        logs.push(line);
        if (line.msg === 'service.started') {
          this.url = String(line.url);
          resolve();
        }
        for (const watcher of this.watchers) watcher();
      });
      void this.exited.then(({ code, signal }) => {
        for (const watcher of this.watchers) watcher();
        reject(new Error(`The service ended (${signal ?? code}) before it listened: ${this.stderr}`));
      });
    });
  }

  /** A test that is killed runs no teardown: then this shell sees its standard input end, and stops the service. */
  #guard(): void {
    const script = 'read -r _; kill -CONT "$1"; kill -TERM "$1"; sleep 40; kill -KILL "$1"';
    const guard = spawn('sh', ['-c', script, 'sh', `${this.pid}`], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    guard.stdin?.on('error', () => undefined);
    void this.exited.then(() => guard.kill('SIGKILL'));
  }
}

const tail = (logs: LogLine[]) =>
  logs
    .slice(-60)
    .map((line) => JSON.stringify(line))
    .join('\n');

function parse(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { level: 'none', time: '', msg: text };
  }
}

interface LogWait {
  fits: (line: LogLine) => boolean;
  withinMs?: number;
  from?: number;
}

function waitForLog(run: () => Run, logs: LogLine[], { fits, withinMs = 30_000, from = 0 }: LogWait) {
  const { watchers, child } = run();
  return new Promise<LogLine>((resolve, reject) => {
    let seen = from;
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      watchers.delete(look);
      settle();
    };
    const fail = (why: string) => finish(() => reject(new Error(`No such log line: ${why}`)));
    const timer = setTimeout(() => fail(`not within ${withinMs} ms`), withinMs);
    const look = () => {
      for (; seen < logs.length; seen++) {
        const line = logs[seen] as LogLine;
        if (fits(line)) return finish(() => resolve(line));
      }
      if (child.exitCode !== null || child.signalCode !== null) fail('the service has ended');
    };
    watchers.add(look);
    look();
  });
}
