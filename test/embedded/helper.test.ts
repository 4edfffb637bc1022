import pg from 'pg';
import { createTestDatabase, startTestCluster } from '../helpers/postgres.ts';
import t from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';
import { readRows, writeRow } from './support.ts';

t.test('each test gets a migrated database of its own, dropped at its end', async (t) => {
  let adminUrl = '';
  const names: string[] = [];
  await t.test('two databases', async (t) => {
    const [one, two] = await Promise.all([createTestDatabase(t), createTestDatabase(t)]);
    adminUrl = one.adminUrl;
    names.push(one.name, two.name);
    await withClient(one.url, (client) => client.query(`UPDATE organizations SET name = 'changed'`));
    const { rows } = await withClient(two.url, (client) => client.query('SELECT name FROM organizations'));
    t.strictSame(rows, [{ name: 'Default' }]);
  });
  const { rows } = await withClient(adminUrl, (client) =>
    client.query('SELECT datname FROM pg_database WHERE datname = ANY($1)', [names]),
  );
  t.strictSame(rows, []);
});

t.test('connections can be broken', async (t) => {
  const database = await createTestDatabase(t);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const errors: Error[] = [];
  client.on('error', (error) => errors.push(error));
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  await database.terminateConnections();
  await ended;
  t.match(errors[0], { code: '57P01' });
});

t.test('a cluster can be killed, frozen and restarted with its data', async (t) => {
  const cluster = await startTestCluster(t);
  await writeRow(cluster.url);
  const { pid } = cluster;
  await cluster.kill();
  await t.rejects(
    withClient(cluster.url, (client) => client.query('SELECT 1')),
    { code: 'ECONNREFUSED' },
  );
  await cluster.restart();
  t.not(cluster.pid, pid);

  await cluster.freeze();
  const impatient = new pg.Client({ connectionString: cluster.url, connectionTimeoutMillis: 300 });
  await t.rejects(
    impatient.connect(),
    { message: /timeout/ },
    'frozen, it takes connections and says nothing',
  );
  const answer = readRows(cluster.url);
  await cluster.thaw();
  t.strictSame(await answer, [{ answer: 42 }]);
  await cluster.stop();
  await t.rejects(
    withClient(cluster.url, (client) => client.query('SELECT 1')),
    { code: 'ECONNREFUSED' },
  );
});
