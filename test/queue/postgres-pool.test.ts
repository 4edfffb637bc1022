import { resilientPool } from '../../src/queue/postgres-pool.ts';
import { createPool } from '../../src/store/database.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import t from '../helpers/tap.ts';
import { startProxy } from './proxy.ts';

t.test('BullMQ takes a terminated connection for a refused one, and nothing else', async (t) => {
  const { url } = await createTestDatabase(t);
  const pool = createPool({ connectionString: url, max: 2, applicationName: 'test', onError: () => {} });
  t.teardown(() => pool.end());
  const told: string[] = [];
  const resilient = resilientPool(pool, {
    unavailable: () => told.push('unavailable'),
    healthy: () => told.push('healthy'),
    error: () => told.push('error'),
  });
  await t.rejects(resilient.query('SELECT pg_terminate_backend(pg_backend_pid())'), { code: 'ECONNREFUSED' });
  t.strictSame((await resilient.query('SELECT $1::int AS n', [7])).rows, [{ n: 7 }]);
  await t.rejects(resilient.query('SELEC'), { code: '42601' });
  t.strictSame(told, ['unavailable', 'healthy']);
});

t.test('a connection that leads nowhere says so, and is not used again', async (t) => {
  const { url } = await createTestDatabase(t);
  const proxy = await startProxy(t, url);
  const pool = createPool({
    connectionString: proxy.url,
    max: 1,
    applicationName: 'test',
    queryTimeoutMs: 500,
    onError: () => {},
  });
  t.teardown(() => pool.end());
  const resilient = resilientPool(pool, { unavailable() {}, healthy() {}, error() {} });
  const pidOf = async (client: { query: typeof resilient.query }) =>
    (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;

  const client = await resilient.connect();
  const pid = await pidOf(client);
  const errors: Error[] = [];
  client.on('error', (error) => errors.push(error));
  await t.rejects(client.query('SELEC'), { code: '42601' });
  t.same(errors, [], 'a refused statement is no broken connection');
  proxy.swallow();
  await t.rejects(client.query('LISTEN something'), /timeout/);
  t.match(errors, [/timeout/]);
  client.release();
  const next = await resilient.connect();
  t.not(await pidOf(next), pid, 'the next one is another');
  next.release();
});
