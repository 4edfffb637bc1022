import { createDatabase, createPool } from '../../src/store/database.ts';
import { createTestDatabase } from './postgres.ts';
import type { Test } from './tap.ts';

/** A migrated database of the test's own, with connections that are closed when the test ends. */
export async function openTestDatabase(t: Test) {
  const { url } = await createTestDatabase(t);
  const pool = createPool({
    connectionString: url,
    max: 5,
    applicationName: 'test',
    onError: () => undefined,
  });
  const db = createDatabase(pool);
  t.teardown(() => db.destroy());
  return { url, pool, db };
}
