import { sql } from 'kysely';
import { createDatabase, createPool } from '../../src/store/database.ts';
import { isDataFault } from '../../src/store/faults.ts';
import { markAnswered, writeIngestBatch } from '../../src/store/ingest.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { ingestRow, insertWorkflow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';

t.test('a batch stores every byte, header and query as it came', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId } = await insertWorkflow(db);
  const bodies = [
    Buffer.alloc(0),
    Buffer.from([0, 255, 0, 92, 34, 39, 123, 125, 44]),
    Buffer.from('{"nul":"\\u0000","lone":"\\ud800"}'),
    Buffer.from('žluťoučký \u{1F40E}'),
    Buffer.alloc(300_000, 'x'),
  ];
  const rows = bodies.map((body, i) =>
    ingestRow(workflowId, {
      body,
      query: i === 1 ? `a=%00&b={"x,y"}\\&ž=ÿ` : '',
      headers: JSON.stringify([
        ['X-Odd', `quote " backslash \\ brace } comma , latin \u00ff`],
        ['x-odd', String(i)],
      ]),
      sourceIp: i === 2 ? '2001:db8::1' : '10.0.0.1',
      enqueued: i % 2 === 0,
    }),
  );
  await writeIngestBatch(pool, rows);
  for (const row of rows) {
    const log = await db
      .selectFrom('webhook_logs')
      .selectAll()
      .where('id', '=', row.logId)
      .executeTakeFirstOrThrow();
    t.ok(row.body.equals(log.body ?? Buffer.from('missing')), 'same bytes');
    t.same(log.headers, JSON.parse(row.headers));
    t.equal(log.query, row.query);
    t.equal(log.source_ip, row.sourceIp);
    t.equal(log.body_bytes, row.body.length);
    t.equal(log.received_at.getTime(), row.receivedAtMs);
    const execution = await db
      .selectFrom('workflow_executions')
      .selectAll()
      .where('id', '=', row.executionId)
      .executeTakeFirstOrThrow();
    t.equal(execution.state, 'queued');
    t.equal(execution.log_id, row.logId);
    t.equal(execution.enqueued_at !== null, row.enqueued);
  }
});

t.test('writing a batch again changes nothing', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId } = await insertWorkflow(db);
  const rows = [ingestRow(workflowId), ingestRow(workflowId)];
  await writeIngestBatch(pool, rows);
  await writeIngestBatch(pool, rows);
  const { rows: counts } = await sql<{ logs: string; executions: string }>`
    SELECT (SELECT count(*) FROM webhook_logs) AS logs, (SELECT count(*) FROM workflow_executions) AS executions`.execute(
    db,
  );
  t.same(counts, [{ logs: '2', executions: '2' }]);
});

t.test('a row the database refuses is a data fault and stores nothing of its batch', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId } = await insertWorkflow(db);
  const rows = [ingestRow(workflowId), ingestRow(workflowId, { headers: 'not json' })];
  const error = await writeIngestBatch(pool, rows).then(
    () => null,
    (error: unknown) => error,
  );
  t.ok(isDataFault(error));
  t.equal((await db.selectFrom('webhook_logs').select('id').execute()).length, 0);
});

t.test('rows go to the partition of their day, and one from a wrong clock is still kept', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId } = await insertWorkflow(db);
  const today = ingestRow(workflowId);
  const farAhead = ingestRow(workflowId, { logId: 'f0000000-0000-7000-8000-000000000000' });
  await writeIngestBatch(pool, [today, farAhead]);
  const { rows } = await sql<{ id: string; partition: string }>`
    SELECT id, tableoid::regclass::text AS partition FROM webhook_logs ORDER BY id`.execute(db);
  const day = new Date(today.receivedAtMs).toISOString().slice(0, 10).replaceAll('-', '');
  t.same(rows, [
    { id: today.logId, partition: `webhook_logs_${day}` },
    { id: farAhead.logId, partition: 'webhook_logs_default' },
  ]);
  await markAnswered(pool, [today.logId], 503);
  const log = await db
    .selectFrom('webhook_logs')
    .selectAll()
    .where('id', '=', today.logId)
    .executeTakeFirstOrThrow();
  t.same([log.status_code, log.answered_status], [200, 503]);
});

t.test('commits wait for the disk, and locks do not wait for long, whatever a session says', async (t) => {
  const { url } = await createTestDatabase(t);
  // What is left behind by another client of a proxy that pools transactions.
  const options = '-c synchronous_commit=off -c lock_timeout=0';
  const pool = createPool({
    connectionString: url,
    max: 1,
    applicationName: 'test',
    options,
    onError: t.fail,
  });
  const db = createDatabase(pool);
  t.teardown(() => db.destroy());
  const { workflowId } = await insertWorkflow(db);
  await sql`CREATE TABLE seen (durable text, lock_timeout text)`.execute(db);
  await sql`
    CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO seen VALUES (current_setting('synchronous_commit'), current_setting('lock_timeout')); RETURN NULL;
    END $$`.execute(db);
  // Deferred: it runs as the transaction commits.
  await sql`
    CREATE CONSTRAINT TRIGGER see AFTER INSERT ON workflow_executions DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION see()`.execute(db);
  const sha256 = Buffer.alloc(32, 1);
  const event = { sha256, windowSeconds: 60, step: 'take' as const, duplicateOf: null };
  await writeIngestBatch(pool, [ingestRow(workflowId)]);
  await writeIngestBatch(pool, [{ ...ingestRow(workflowId), event }]);
  const { rows } = await sql`SELECT * FROM seen`.execute(db);
  t.same(rows, Array(2).fill({ durable: 'on', lock_timeout: '1s' }));
  const inside = await db.transaction().execute((trx) => sql`SHOW synchronous_commit`.execute(trx));
  t.same(inside.rows, [{ synchronous_commit: 'on' }]);
  t.same((await pool.query('SHOW synchronous_commit')).rows, [{ synchronous_commit: 'off' }]);
});
