import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../src/embedded/postgres.ts';
import { commandLine, signal } from '../../../src/embedded/processes.ts';
import { freePort } from '../../../src/embedded/server.ts';
import { readRows, startOwner, temporaryFolder, urlOf, writeRow } from '../../embedded/support.ts';
import { childrenOf } from '../../helpers/processes.ts';
import t from '../../helpers/tap.ts';
import { withClient } from '../../helpers/template.ts';

const show = (url: string, name: string): Promise<string> =>
  withClient(url, async (client) => (await client.query(`SHOW ${name}`)).rows[0][name]);

// Each start makes a database, and the machine may be busy.
t.setTimeout(180_000);

t.test('the first start makes a database, the next one finds it again', async (t) => {
  const dataDir = join(await temporaryFolder(t), 'nested', 'data');
  const progress: string[] = [];
  const first = await startEmbeddedPostgres({ dataDir, onProgress: (line) => progress.push(line) });
  t.teardown(() => first.stop());
  t.match(progress, [
    /^Creating a Postgres database in .*data/,
    'Starting Postgres',
    `Postgres is ready on port ${first.port}`,
  ]);
  await writeRow(first.url);

  await t.test('durable, in UTF-8, on the loopback only', async (t) => {
    const wanted = {
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      server_encoding: 'UTF8',
      password_encryption: 'scram-sha-256',
      jit: 'off',
    };
    const url = await urlOf(dataDir, 'postgres');
    for (const [name, value] of Object.entries(wanted)) t.equal(await show(url, name), value, name);
  });

  await t.test('nobody gets in without the password, which shows nowhere', async (t) => {
    const { password } = new URL(first.url);
    const stranger = new URL(first.url);
    stranger.password = 'wrong';
    await t.rejects(
      withClient(stranger.href, async () => undefined),
      { code: '28P01' },
    );
    t.ok(password.length > 30);
    for (const pid of [first.pid, ...(await childrenOf(first.pid))]) {
      const shown = await commandLine(pid);
      t.ok(shown.length > 0);
      t.notOk(shown.join(' ').includes(password), 'not in ps');
    }
    t.notOk((await readFile(join(dataDir, 'postgres.log'), 'utf8')).includes(password), 'not in the log');
    t.equal((await stat(join(dataDir, 'keys'))).mode & 0o777, 0o700);
    t.equal((await stat(join(dataDir, 'keys', 'postgres-password'))).mode & 0o777, 0o600);
  });

  await first.stop();
  t.equal(signal(first.pid, 0), false, 'gone after stop');
  await first.stop();
  t.strictSame(
    (await readdir(dataDir)).filter((name) => name.startsWith('lock')),
    [],
  );

  progress.length = 0;
  const second = await startEmbeddedPostgres({ dataDir, onProgress: (line) => progress.push(line) });
  t.teardown(() => second.stop());
  t.strictSame(progress, ['Starting Postgres', `Postgres is ready on port ${second.port}`]);
  t.strictSame(await readRows(second.url), [{ answer: 42 }]);
});

t.test('a data folder has one owner at a time', async (t) => {
  const dataDir = await temporaryFolder(t);
  const postgres = await startEmbeddedPostgres({ dataDir });
  t.teardown(() => postgres.stop());
  await t.rejects(startEmbeddedPostgres({ dataDir }), {
    name: 'EmbeddedError',
    message: `Hookgate is already running in ${dataDir} (process ${process.pid}): stop it first, or name another folder in HOOKGATE_DATA_DIR.`,
  });
  const other = await startOwner(t, { dataDir });
  t.match(other.error, `already running in ${dataDir} (process ${process.pid})`);
  await writeRow(postgres.url);
  t.strictSame(await readRows(postgres.url), [{ answer: 42 }], 'the owner is not disturbed');
});

t.test('of two starts at once exactly one gets the folder', async (t) => {
  const dataDir = await temporaryFolder(t);
  const owners = await Promise.all([1, 2].map(() => startOwner(t, { dataDir })));
  t.equal(owners.filter((owner) => owner.ready).length, 1);
  for (const { error } of owners.filter((owner) => !owner.ready)) t.match(error, 'already running');
});

t.test('a port that somebody takes at the last moment is exchanged for another', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as { port: number };
  const picks = [port, await freePort()];
  const postgres = await startEmbeddedPostgres({
    dataDir: await temporaryFolder(t),
    pickPort: () => picks.shift() ?? freePort(),
  });
  t.teardown(() => postgres.stop());
  t.not(postgres.port, port);
  t.equal(await show(postgres.url, 'port'), String(postgres.port));
});

t.test('a Postgres that ends by itself is reported', async (t) => {
  let report: (error: Error) => void = () => undefined;
  const reported = new Promise<Error>((resolve) => {
    report = resolve;
  });
  const postgres = await startEmbeddedPostgres({
    dataDir: await temporaryFolder(t),
    onUnexpectedExit: report,
  });
  signal(postgres.pid, 'SIGKILL');
  t.match(await reported, { name: 'EmbeddedError', message: /ended unexpectedly/ });
  await postgres.stop();
});
