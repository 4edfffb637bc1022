import { readdir } from 'node:fs/promises';
import { sql } from 'kysely';
import { pendingMigrations, runMigrations } from '../../src/store/migrate.ts';
import { checkoutUrl } from '../helpers/checkout.ts';
import { openTestDatabase } from '../helpers/database.ts';
import t from '../helpers/tap.ts';

t.test('each migration has a transaction of its own', async (t) => {
  const { db, url } = await openTestDatabase(t);
  const files = await readdir(new URL('migrations/', checkoutUrl));
  const { rows } = await sql<{ name: string; transaction: string }>`
    SELECT name, xmin::text AS transaction FROM kysely_migration ORDER BY name`.execute(db);
  t.same(
    rows.map(({ name }) => `${name}.ts`),
    files.filter((file) => file.endsWith('.ts')).sort(),
  );
  t.equal(new Set(rows.map(({ transaction }) => transaction)).size, rows.length);
  t.same(await pendingMigrations(db), []);
  t.same(await Promise.all([runMigrations(url), runMigrations(url)]), [[], []], 'nothing is left to do');
});

t.test('relays of the release before find what is due by their index', async (t) => {
  const { db } = await openTestDatabase(t);
  const { rows } = await sql`
    SELECT FROM pg_indexes WHERE indexname = 'deliveries_due' AND indexdef NOT LIKE '%gate%'`.execute(db);
  t.equal(rows.length, 1);
});
