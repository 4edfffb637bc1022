import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID } from '../../src/domain/ids.ts';
import { asTenant, type Database } from '../../src/store/database.ts';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import { replayLog } from '../../src/store/log-replay.ts';
import { createPartitions } from '../../src/store/maintenance.ts';
import { addRefusalCounts } from '../../src/store/refusals.ts';
import {
  deleteExpiredEvents,
  deleteExpiredExecutions,
  deleteExpiredLogs,
  deleteExpiredRefusalCounts,
  deleteExpiredReplays,
  dropExpiredPartitions,
  retentionCutoff,
} from '../../src/store/retention.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { ingestRow, insertWorkflow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';
import { end } from '../http/executable.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;

/** The clock, so many days ahead. */
const inDays = (days: number): Date => new Date(Date.now() + days * DAY_MS);
const cutoff = (days: number): Date => retentionCutoff(DAYS, inDays(days));
const partitionOf = (day: Date): string =>
  `webhook_logs_${day.toISOString().slice(0, 10).replaceAll('-', '')}`;
const today = (): string => partitionOf(new Date());

async function setUp(t: Test) {
  const { db, pool } = await openTestDatabase(t);
  await createPartitions(db);
  const { workflowId } = await insertWorkflow(db);
  const accept = async () => {
    const row = ingestRow(workflowId);
    await writeIngestBatch(pool, [row]);
    return row;
  };
  return { db, pool, workflowId, accept };
}

async function partitions(db: Database): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'webhook_logs'::regclass ORDER BY 1`.execute(
    db,
  );
  return rows.map((row) => row.name);
}

async function count(db: Database, table: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM ${sql.table(table)}`.execute(db);
  return rows[0]?.n ?? 0;
}

t.test('a day is dropped when the retention of its last moment is over', async (t) => {
  const { db, accept } = await setUp(t);
  const row = await accept();
  await end(db, row.executionId, 'succeeded');
  // Around midnight the migrations may have been made a day ago.
  await dropExpiredPartitions(db, cutoff(DAYS - 1));
  const before = await partitions(db);
  t.ok(before.includes(today()));
  t.ok(before.includes(partitionOf(inDays(-1))), 'of yesterday not even the last moment is a day ago');
  t.equal(await dropExpiredPartitions(db, cutoff(DAYS - 1)), 0);
  t.equal(await dropExpiredPartitions(db, cutoff(29)), 0);
  t.same(await partitions(db), before);
  // Yesterday's partition is there too.
  t.equal(await dropExpiredPartitions(db, cutoff(DAYS)), 1);
  t.equal(await dropExpiredPartitions(db, cutoff(DAYS + 1)), 1);
  const after = await partitions(db);
  t.notOk(after.includes(today()));
  t.equal(after.length, before.length - 2);
  t.equal(await count(db, 'webhook_logs'), 0);
  await createPartitions(db);
  t.ok((await partitions(db)).includes(today()), 'and can be made again');
});

t.test('the bytes of an execution that still has to run are kept', async (t) => {
  const { db, accept } = await setUp(t);
  const row = await accept();
  const dropAll = () => dropExpiredPartitions(db, cutoff(DAYS + 10));
  await dropAll();
  t.ok((await partitions(db)).includes(today()), 'queued');
  await end(db, row.executionId, 'failed');
  const replayed = await asTenant(db, DEFAULT_ORGANIZATION_ID, (trx) =>
    replayLog(trx, { logId: row.logId, triggeredBy: 'test', enqueued: false }),
  );
  if (replayed.status !== 'started') throw new Error(replayed.status);
  await dropAll();
  t.ok((await partitions(db)).includes(today()), 'replayed');
  await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${replayed.executionId}`.execute(db);
  for (const state of ['retrying', 'waiting']) {
    await sql`UPDATE workflow_executions SET state = ${state} WHERE id = ${replayed.executionId}`.execute(db);
    await dropAll();
    t.ok((await partitions(db)).includes(today()), state);
  }
  await sql`UPDATE workflow_executions SET state = 'failed', finished_at = now() WHERE id = ${replayed.executionId}`.execute(
    db,
  );
  await dropAll();
  t.notOk((await partitions(db)).includes(today()));
});

t.test('a replay that begins while its bytes are about to go keeps them', async (t) => {
  const { db, accept } = await setUp(t);
  const row = await accept();
  await end(db, row.executionId, 'failed');
  // So that the day in question is the first that it comes to.
  await dropExpiredPartitions(db, cutoff(DAYS));
  let dropping: Promise<number> = Promise.resolve(0);
  await asTenant(db, DEFAULT_ORGANIZATION_ID, async (trx) => {
    t.match(await replayLog(trx, { logId: row.logId, triggeredBy: 'test', enqueued: false }), {
      status: 'started',
    });
    // It has not committed: whoever looked now for open executions would see none.
    dropping = dropExpiredPartitions(db, cutoff(DAYS + 10));
    await waiting(db, 'pg_advisory_xact_lock(');
  });
  await dropping;
  t.ok((await partitions(db)).includes(today()));
});

/** Until a statement with this text waits for a lock. */
async function waiting(db: Database, text: string): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE ${`%${text}%`}
        AND pid <> pg_backend_pid()`.execute(db);
    if (rows.length > 0) return;
  }
}

t.test('who is reading is not waited for, and webhooks are stored meanwhile', async (t) => {
  const { db, accept } = await setUp(t);
  const row = await accept();
  await end(db, row.executionId, 'succeeded');
  await db.transaction().execute(async (reader) => {
    await sql`SELECT count(*) FROM webhook_logs`.execute(reader);
    const dropping = dropExpiredPartitions(db, cutoff(DAYS + 10));
    const stored = accept();
    await t.rejects(dropping, { message: /in use: webhook_logs_\d{8}$/ });
    await end(db, (await stored).executionId, 'succeeded');
  });
  t.ok((await partitions(db)).includes(today()));
  t.ok((await dropExpiredPartitions(db, cutoff(DAYS + 10))) > 0, 'the next round drops it');
  t.notOk((await partitions(db)).includes(today()));
});

t.test('several processes at once drop each day once', async (t) => {
  const { db } = await setUp(t);
  const before = await partitions(db);
  await Promise.all(Array.from({ length: 3 }, () => dropExpiredPartitions(db, cutoff(DAYS + 10))));
  t.ok((await partitions(db)).length < before.length);
});

t.test('rows that had no day of their own go too, unless they are needed', async (t) => {
  const { db, accept } = await setUp(t);
  await sql`DROP TABLE ${sql.table(today())}`.execute(db);
  const rows = [await accept(), await accept(), await accept()];
  t.equal(await count(db, 'webhook_logs_default'), 3);
  const [ended, open, replayed] = rows as [(typeof rows)[0], (typeof rows)[0], (typeof rows)[0]];
  await end(db, ended.executionId, 'succeeded');
  await end(db, replayed.executionId, 'succeeded');
  await asTenant(db, DEFAULT_ORGANIZATION_ID, (trx) =>
    replayLog(trx, { logId: replayed.logId, triggeredBy: 'test', enqueued: false }),
  );
  t.equal(await deleteExpiredLogs(db, cutoff(DAYS - 1)), 0);
  t.equal(await deleteExpiredLogs(db, cutoff(DAYS + 1)), 1);
  const { rows: left } = await sql<{ id: string }>`SELECT id FROM webhook_logs ORDER BY id`.execute(db);
  t.same(
    left.map((row) => row.id),
    [open.logId, replayed.logId],
  );
});

t.test(
  'executions go when the retention after their end is over, with all that belongs to them',
  async (t) => {
    const { db, accept } = await setUp(t);
    const ended: string[] = [];
    // More than one batch.
    const many = Array.from({ length: 1_200 }, () => accept());
    for (const row of await Promise.all(many)) ended.push(row.executionId);
    const open = (await accept()).executionId;
    await sql`UPDATE workflow_executions SET state = 'running' WHERE id <> ${open}`.execute(db);
    await sql`
    INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, state)
    SELECT gen_random_uuid(), organization_id, id, gen_random_uuid(), gen_random_uuid(), 'failed' FROM workflow_executions`.execute(
      db,
    );
    await sql`
    INSERT INTO delivery_attempts (organization_id, delivery_id, attempt, run, started_at, outcome, result, request_url)
    SELECT organization_id, id, 1, 1, now(), 'x', 'failed', '' FROM deliveries`.execute(db);
    await sql`
    UPDATE workflow_executions SET state = 'failed', finished_at = now() WHERE id <> ${open}`.execute(db);
    const late = ended.pop();
    await sql`UPDATE workflow_executions SET finished_at = now() + interval '5 days' WHERE id = ${late}`.execute(
      db,
    );

    t.equal(await deleteExpiredExecutions(db, cutoff(DAYS - 1)), 0);
    t.equal(
      await deleteExpiredExecutions(db, cutoff(DAYS + 1), AbortSignal.abort()),
      0,
      'it ends when it is told to',
    );
    t.equal(await deleteExpiredExecutions(db, cutoff(DAYS + 1)), ended.length);
    t.equal(await count(db, 'workflow_executions'), 2, 'one is open, and one ended late');
    t.equal(await count(db, 'deliveries'), 2);
    t.equal(await count(db, 'delivery_attempts'), 2);
    t.equal(await count(db, 'execution_transitions'), 2);
    t.equal(await deleteExpiredExecutions(db, cutoff(DAYS + 6)), 1);
    t.same(await count(db, 'workflow_executions'), 1);
  },
);

t.test('counts of refusals go with their minutes', async (t) => {
  const { db, workflowId } = await setUp(t);
  const counted = (days: number) => ({
    organizationId: DEFAULT_ORGANIZATION_ID,
    workflowId,
    minuteMs: inDays(days).setUTCSeconds(0, 0),
    errorCode: 'signature_mismatch',
    count: 3,
  });
  // More than one batch.
  const old = Array.from({ length: 600 }, (_, i) => ({ ...counted(0), errorCode: `code_${i}` }));
  await addRefusalCounts(db, [...old, counted(2)]);
  t.equal(await deleteExpiredRefusalCounts(db, cutoff(DAYS - 1)), 0);
  t.equal(await deleteExpiredRefusalCounts(db, cutoff(DAYS + 1)), old.length);
  t.equal(await count(db, 'webhook_refusal_counts'), 1);
});

t.test('replays go when the retention after their end is over, and what they ran stays', async (t) => {
  const { db, accept } = await setUp(t);
  const { executionId } = await accept();
  const insert = async (state: string, finished: Date | null) => {
    const id = randomUUID();
    await sql`
      INSERT INTO replays (id, organization_id, filter, rate_per_second, state, total, until_log_id, requested_by, finished_at)
      VALUES (${id}, ${DEFAULT_ORGANIZATION_ID}, '{}', 1, ${state}, 0, ${id}, 'test', ${finished})`.execute(
      db,
    );
    return id;
  };
  const ended = await insert('completed', new Date());
  const left = [await insert('cancelled', inDays(3)), await insert('running', null)];
  await sql`UPDATE workflow_executions SET replay_id = ${ended} WHERE id = ${executionId}`.execute(db);
  t.equal(await deleteExpiredReplays(db, cutoff(DAYS - 1)), 0);
  t.equal(await deleteExpiredReplays(db, cutoff(DAYS + 1)), 1);
  const { rows } = await sql<{ id: string }>`SELECT id FROM replays`.execute(db);
  t.same(rows.map(({ id }) => id).sort(), left.sort());
  t.equal(await count(db, 'workflow_executions'), 1);
});

t.test(
  'events go when the retention after their end is over, and what is still to be sent stays',
  async (t) => {
    const { db } = await setUp(t);
    const insert = (events: number, state: string, finished: Date | null) =>
      sql`
    INSERT INTO webhook_events (id, organization_id, direction, event, state, body_bytes, next_attempt_at, finished_at)
    SELECT (left(uuidv7_floor(now())::text, 14) || '7000-8' || right(gen_random_uuid()::text, 16))::uuid,
      ${DEFAULT_ORGANIZATION_ID}, CASE WHEN ${state} = 'processed' THEN 'in' ELSE 'out' END, 'e', ${state}, 0,
      ${finished === null ? new Date() : null}, ${finished}
    FROM generate_series(1, ${events}::int)`.execute(db);
    // More than one batch.
    await insert(1_200, 'succeeded', new Date());
    await insert(1, 'processed', new Date());
    await insert(1, 'dead_lettered', inDays(3));
    await insert(1, 'retrying', null);
    await sql`
    INSERT INTO webhook_event_attempts (organization_id, event_id, attempt, run, started_at, outcome, result)
    SELECT organization_id, id, 1, 1, now(), 'x', 'failed' FROM webhook_events`.execute(db);
    t.equal(await deleteExpiredEvents(db, cutoff(DAYS - 1)), 0);
    t.equal(
      await deleteExpiredEvents(db, cutoff(DAYS + 1), AbortSignal.abort()),
      0,
      'it ends when it is told to',
    );
    t.equal(await deleteExpiredEvents(db, cutoff(DAYS + 1)), 1_201);
    t.equal(await deleteExpiredEvents(db, cutoff(DAYS + 10)), 1);
    t.equal(await count(db, 'webhook_event_attempts'), 1);
    t.equal(await count(db, 'webhook_events'), 1);
  },
);
