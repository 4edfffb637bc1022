import { sql } from 'kysely';
import { createDatabase, createPool } from '../../src/store/database.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import t, { type Test } from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';

/** One connection, so that everybody gets the same one while it is kept. */
async function open(t: Test, queryTimeoutMs: number) {
  const { url, terminateConnections } = await createTestDatabase(t);
  await withClient(url, (client) => client.query('CREATE TABLE notes (text text)'));
  const pool = createPool({
    connectionString: url,
    max: 1,
    applicationName: 'test',
    queryTimeoutMs,
    onError: () => undefined,
  });
  const db = createDatabase(pool);
  t.teardown(() => db.destroy());
  const notes = () => withClient(url, async (client) => (await client.query('SELECT text FROM notes')).rows);
  return { db, notes, terminateConnections };
}

t.test('a transaction whose statement timed out is not joined by whoever comes next', async (t) => {
  const { db, notes } = await open(t, 1_000);
  const first = db.transaction().execute(async (trx) => {
    await sql`INSERT INTO notes VALUES ('given up')`.execute(trx);
    await sql`SELECT pg_sleep(2.5)`.execute(trx);
  });
  await t.rejects(first, { message: 'Query read timeout' });
  await sql`INSERT INTO notes VALUES ('kept')`.execute(db);
  t.same(await notes(), [{ text: 'kept' }], 'the second is committed, the first is not');
});

t.test(
  'a connection that breaks while it is in use is an error of that use, and of nothing else',
  async (t) => {
    const { db, notes, terminateConnections } = await open(t, 10_000);
    let uncaught = 0;
    const count = () => {
      uncaught += 1;
    };
    process.on('uncaughtExceptionMonitor', count);
    t.teardown(() => process.off('uncaughtExceptionMonitor', count));
    const broken = db.transaction().execute(async (trx) => {
      await sql`INSERT INTO notes VALUES ('lost')`.execute(trx);
      // Between two statements nobody waits for anything of this connection.
      await terminateConnections();
      await new Promise((resolve) => setImmediate(resolve));
      await sql`INSERT INTO notes VALUES ('lost too')`.execute(trx);
    });
    await t.rejects(broken);
    await sql`INSERT INTO notes VALUES ('kept')`.execute(db);
    t.same(await notes(), [{ text: 'kept' }]);
    t.equal(uncaught, 0);
  },
);
