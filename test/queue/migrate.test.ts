import pg from 'pg';
import { createTestDatabase } from '../helpers/postgres.ts';
import t from '../helpers/tap.ts';
import { migrate } from './backends.ts';

t.test('several processes migrate at once, and again, and nothing is done twice', async (t) => {
  const { url } = await createTestDatabase(t);
  await Promise.all([migrate(url), migrate(url), migrate(url)]);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  t.teardown(() => client.end());
  const state = async () => {
    const sql = `SELECT relname, reloptions, xmin::text FROM pg_class
      WHERE relnamespace = 'bullmq'::regnamespace AND relname IN ('job', 'event') ORDER BY relname`;
    return (await client.query(sql)).rows;
  };
  const first = await state();
  t.match(first, [{ relname: 'event' }, { relname: 'job' }]);
  for (const { reloptions } of first) t.match(reloptions, ['autovacuum_vacuum_scale_factor=0']);
  await migrate(url);
  t.strictSame(await state(), first);
});
