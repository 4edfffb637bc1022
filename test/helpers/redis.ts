import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Test } from './tap.ts';

/** A Redis of a test's own, which keeps nothing over a restart. */
export interface TestRedis {
  /** Stays the same over restarts. */
  url: string;
  /** The server of now; changes with a restart. */
  readonly pid: number;
  /** SIGKILL: its connections break and everything in it is lost. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): void;
  thaw(): void;
  /** FLUSHALL. */
  flush(): Promise<void>;
}

/**
 * Starts the redis-server of the PATH on a free port, and stops it when the test ends. Null, with a notice,
 * when there is none: except where tests decide about a release, such a machine may still run the others.
 */
export async function startRedis(test: Test): Promise<TestRedis | null> {
  if (!(await installed())) {
    if (process.env.CI === 'true') throw new Error('redis-server is not installed, and CI=true asks for it');
    test.pass('Redis', { skip: 'redis-server is not on the PATH: nothing that needs Redis is tested' });
    return null;
  }
  const directory = await mkdtemp(join(tmpdir(), 'hookgate-redis-'));
  const port = await freePort();
  let server = await start(port, directory);
  // A test that fails and exits must not leave its server behind.
  const killAtExit = () => server.kill('SIGKILL');
  process.on('exit', killAtExit);
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  test.teardown(async () => {
    await stop();
    process.off('exit', killAtExit);
    await rm(directory, { recursive: true, force: true });
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return server.pid ?? 0;
    },
    stop,
    async restart() {
      await stop();
      server = await start(port, directory);
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async flush() {
      const client = new Redis(port, '127.0.0.1');
      await client.flushall();
      client.disconnect();
    },
  };
}

async function installed(): Promise<boolean> {
  const probe = spawn('redis-server', ['--version'], { stdio: 'ignore' });
  const [result] = await Promise.race([once(probe, 'exit'), once(probe, 'error')]);
  return result === 0;
}

async function start(port: number, directory: string): Promise<ChildProcess> {
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  for (let tries = 0; !(await answers(port)); tries += 1) {
    if (server.exitCode !== null || tries === 200) throw new Error('redis-server did not start');
    await delay(25);
  }
  return server;
}

async function answers(port: number): Promise<boolean> {
  const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
