import { randomBytes } from 'node:crypto';
import { appendFile, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareBinaries } from '../../../src/embedded/binaries.ts';
import { configurationFile, runAlone } from '../../../src/embedded/cluster.ts';
import { run } from '../../../src/embedded/run.ts';
import { type Server, startServer, stopServer } from '../../../src/embedded/server.ts';
import { postgresUser } from '../../../src/embedded/user.ts';
import { temporaryFolder, urlOf } from '../../embedded/support.ts';
import { createApi } from '../../helpers/api.ts';
import { startJourney } from '../../helpers/journey.ts';
import { startReceiver } from '../../helpers/receiver.ts';
import { startService, type TestService } from '../../helpers/service.ts';
import t, { type Test } from '../../helpers/tap.ts';
import { withClient } from '../../helpers/template.ts';

t.setTimeout(240_000);

const ENCRYPTION_KEY = randomBytes(32).toString('base64');
const CONVERTED = /Taking the rights of a superuser/;

const rowsOf = async (url: string, query: string): Promise<unknown[]> =>
  withClient(url, async (client) => (await client.query(query)).rows);

/** What belongs to somebody else than the role of the service, in its database. */
const FOREIGN = `
  SELECT 'relation' AS what, oid::regclass::text AS name FROM pg_class
    WHERE oid >= 16384 AND relnamespace <> 'pg_toast'::regnamespace AND relowner <> 'hookgate'::regrole
  UNION ALL SELECT 'routine', oid::regprocedure::text FROM pg_proc WHERE oid >= 16384 AND proowner <> 'hookgate'::regrole
  UNION ALL SELECT 'type', oid::regtype::text FROM pg_type WHERE oid >= 16384 AND typowner <> 'hookgate'::regrole
  UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE oid >= 16384 AND nspowner <> 'hookgate'::regrole
  UNION ALL SELECT 'database', datname FROM pg_database WHERE datname = 'hookgate' AND datdba <> 'hookgate'::regrole`;

/** The whole journey works, and the role that it works with is none that could do anything else to the machine. */
async function proveLeastRights(t: Test, service: TestService): Promise<void> {
  const { dataDir } = service;
  const receiver = await startReceiver(t);
  const api = createApi(t, service);
  const workflow = await api.createWorkflow({
    name: 'Orders',
    webhook: { authType: 'none' },
    triggers: [{ endpoint: { url: receiver.url } }],
  });
  t.equal((await api.send(workflow.id, { body: '{}' })).status, 200);
  await receiver.waitFor('the delivery', (requests) => requests.length === 1);
  t.equal((await api.call('DELETE', `/api/workflows/${workflow.id}`)).status, 204);

  const own = await urlOf(dataDir, 'hookgate');
  const roles =
    'SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE oid = 10 OR rolname = current_user';
  t.same(await rowsOf(own, `${roles} ORDER BY rolname`), [
    { rolname: 'hookgate', rolsuper: false, rolbypassrls: false },
    { rolname: 'postgres', rolsuper: true, rolbypassrls: true },
  ]);
  t.same(await rowsOf(own, FOREIGN), []);
  for (const statement of [
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SELECT pg_read_file('PG_VERSION')",
    'SELECT FROM pg_authid',
    'CREATE ROLE another SUPERUSER',
    "ALTER SYSTEM SET work_mem = '1MB'",
  ]) {
    await t.rejects(rowsOf(own, statement), { code: '42501' }, statement);
  }
  t.same(
    await rowsOf(
      await urlOf(dataDir, 'postgres'),
      'SELECT count(*)::int AS found FROM pg_authid WHERE rolsuper',
    ),
    [{ found: 1 }],
    'and its operator has another way in',
  );
}

t.test('a new data folder', async (t) => {
  const service = await startService(t, { env: { ENCRYPTION_KEY } });
  t.notMatch(service.stderr, CONVERTED);
  await proveLeastRights(t, service);
});

/** Makes the database of a data folder as the releases before did, and starts it. */
async function startEarlier(dataDir: string): Promise<{ url: string; server: Server }> {
  const user = await postgresUser();
  const binaries = await prepareBinaries(user, async () => [dataDir]);
  const directory = join(dataDir, 'postgres');
  const cluster = { directory, user, binaries };
  const password = randomBytes(32).toString('base64url');
  await mkdir(directory, { mode: 0o700 });
  await mkdir(join(dataDir, 'keys'), { mode: 0o700 });
  await writeFile(join(dataDir, 'keys', 'postgres-password'), password, { mode: 0o600 });
  const passwordFile = join(dataDir, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) for (const path of [directory, passwordFile]) await chown(path, user.uid, user.gid);
  const args = [`--pgdata=${directory}`, '--username=hookgate', `--pwfile=${passwordFile}`];
  args.push('--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync');
  const initdb = await run({ command: binaries.initdb, args, user });
  if (initdb.code !== 0) throw new Error(initdb.output);
  await appendFile(join(directory, 'postgresql.conf'), `\ninclude_if_exists = '${configurationFile}'\n`);
  const fault = await runAlone(cluster, 'postgres', 'CREATE DATABASE hookgate;');
  if (fault !== null) throw new Error(fault);
  const started = await startServer({ cluster, logFile: join(dataDir, 'postgres.log') });
  if (started.status !== 'started') throw new Error(started.log);
  const { server } = started;
  return { url: `postgres://hookgate:${password}@127.0.0.1:${server.port}/hookgate`, server };
}

t.test('a data folder whose service was a superuser, and was killed', async (t) => {
  const dataDir = await temporaryFolder(t);
  const { url, server } = await startEarlier(dataDir);
  t.teardown(() => stopServer(server));
  const before = await startJourney(t, { env: { DATABASE_URL: url, ENCRYPTION_KEY } });
  const { id } = await before.api.createWorkflow({ name: 'Kept', webhook: { authType: 'hmac' } });
  await withClient(url, (client) =>
    client.query(`CREATE TYPE mood AS ENUM ('good'); CREATE DOMAIN small AS int; CREATE TABLE moods (n serial, m mood);
      CREATE VIEW seen AS SELECT * FROM moods; CREATE SEQUENCE alone; CREATE MATERIALIZED VIEW held AS SELECT 1`),
  );
  t.match(await rowsOf(url, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user'), [
    { rolsuper: true },
  ]);
  await before.close();
  server.child.kill('SIGKILL');
  await server.exited;

  const service = await startService(t, { env: { ENCRYPTION_KEY, HOOKGATE_DATA_DIR: dataDir } });
  t.match(service.stderr, CONVERTED);
  t.match(service.stderr, /Recovering after an unclean stop/);
  t.notMatch(service.stderr, /this failed/);
  await proveLeastRights(t, service);
  const kept = await createApi(t, service).call<{ name: string }>('GET', `/api/workflows/${id}`);
  t.equal(kept.body.name, 'Kept');

  const said = service.stderr.length;
  await service.kill();
  await service.restart();
  t.notMatch(service.stderr.slice(said), CONVERTED, 'once');
});
