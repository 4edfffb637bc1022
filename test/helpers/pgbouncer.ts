import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { postgresUser } from '../../src/embedded/user.ts';
import type { Test } from './tap.ts';

/**
 * Starts the pgbouncer of the PATH before a database, pooling transactions over two connections, and stops it when the
 * test ends. Resolves to the way through it. It is configured to ignore nothing. Null, with a notice, when there is
 * none: except where tests decide about a release.
 */
export async function startPgbouncer(test: Test, databaseUrl: string): Promise<string | null> {
  if (!(await installed())) {
    if (process.env.CI === 'true') throw new Error('pgbouncer is not installed, and CI=true asks for it');
    test.pass('pgbouncer', { skip: 'pgbouncer is not on the PATH: nothing that needs it is tested' });
    return null;
  }
  const server = new URL(databaseUrl);
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'hookgate-pgbouncer-'));
  await chmod(directory, 0o755);
  const file = join(directory, 'pgbouncer.ini');
  await writeFile(file, configuration(server, port));
  // It refuses to run as root.
  const user = await postgresUser();
  const bouncer = spawn('pgbouncer', ['-q', file], { stdio: 'ignore', ...(user ?? {}) });
  const exited = once(bouncer, 'exit');
  const killAtExit = () => bouncer.kill('SIGKILL');
  process.on('exit', killAtExit);
  test.teardown(async () => {
    bouncer.kill('SIGKILL');
    await exited;
    process.off('exit', killAtExit);
    await rm(directory, { recursive: true, force: true });
  });
  const url = `postgres://anybody@127.0.0.1:${port}${server.pathname}`;
  await answers(url, bouncer);
  return url;
}

const configuration = (server: URL, port: number): string => `[databases]
* = host=${server.hostname} port=${server.port || 5432} user=${decodeURIComponent(server.username)} password=${decodeURIComponent(server.password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_client_conn = 200
`;

async function installed(): Promise<boolean> {
  const probe = spawn('pgbouncer', ['--version'], { stdio: 'ignore' });
  const [result] = await Promise.race([once(probe, 'exit'), once(probe, 'error')]);
  return result === 0;
}

async function answers(url: string, bouncer: ChildProcess): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      await client.end();
      return;
    } catch (error) {
      if (tries === 200 || bouncer.exitCode !== null) throw error;
      await delay(25);
    }
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
