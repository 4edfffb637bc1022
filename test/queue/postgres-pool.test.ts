import { resilientPool } from '../../src/queue/postgres-pool.ts';
import { createPool } from '../../src/store/database.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import t from '../helpers/tap.ts';

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
