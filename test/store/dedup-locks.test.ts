import { sql } from 'kysely';
import { createPool } from '../../src/store/database.ts';
import { GroupCommit } from '../../src/store/group-commit.ts';
import { INGEST_SESSION, writeIngestBatch } from '../../src/store/ingest.ts';
import { type IngestRow, ingestBytes } from '../../src/store/ingest-batch.ts';
import { blocked } from '../helpers/blocked.ts';
import { ingestRow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';
import { receiving, startedBy, writeAll } from './resent.ts';

const RECEIVER = 'test-receiver';

/** A process that receives, as the service has it, whose events 'a', 'b' and 'c' came before. */
async function frontDoor(t: Test) {
  const parts = await receiving(t);
  const firsts = ['a', 'b', 'c'].map((id) => parts.bring(id));
  await writeAll(parts.one, firsts);
  const pool = createPool({
    connectionString: parts.url,
    max: 4,
    applicationName: RECEIVER,
    queryTimeoutMs: 10_000,
    options: INGEST_SESSION,
    onError: () => undefined,
  });
  t.teardown(() => pool.end());
  const group = new GroupCommit<IngestRow>({
    write: (rows) => writeIngestBatch(pool, rows),
    onLate: () => undefined,
    sizeOf: ingestBytes,
    maxRows: 500,
    maxBytes: 4_000_000,
    maxWaitingRows: 20_000,
    maxWaitingBytes: 100_000_000,
    deadlineMs: 15_000,
    concurrency: 2,
  });
  return { ...parts, firsts, group };
}

const failAll = async (db: Awaited<ReturnType<typeof frontDoor>>['db']) => {
  for (const state of ['running', 'failed'])
    await sql`UPDATE workflow_executions SET state = ${state},
      finished_at = CASE WHEN ${state} = 'failed' THEN now() END`.execute(db);
};

t.test('duplicates of what somebody has locked keep no other webhook waiting', async (t) => {
  const { url, db, group, bring, workflowId, firsts, runOf } = await frontDoor(t);
  await failAll(db);
  const [a, b, c] = ['a', 'b', 'c'].map((id) => bring(id)) as [IngestRow, IngestRow, IngestRow];
  const stuck = await withClient(url, async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT FROM workflow_executions FOR UPDATE');
    const answers = [group.submit(a)];
    await blocked(db, 1);
    answers.push(group.submit(b), group.submit(c));
    // By the deadline of all at the latest everybody would have an answer: these are stored before.
    const others = await Promise.all([bring('new'), ingestRow(workflowId)].map((row) => group.submit(row)));
    t.same(others, ['committed', 'committed']);
    const { rows } = await sql`SELECT FROM pg_stat_activity
      WHERE application_name = ${RECEIVER} AND datname = current_database()`.execute(db);
    t.ok(rows.length <= 4, 'and none is left behind on the server');
    await client.query('ROLLBACK');
    return answers;
  });
  t.same(await Promise.all(stuck), ['committed', 'committed', 'committed']);
  t.same(
    [a, b, c].map(startedBy),
    firsts.map((row) => row.executionId),
  );
  t.match(await runOf(firsts[0]?.executionId ?? ''), { state: 'queued', run: 2 });
});

t.test('a webhook without an event does not wait for the key of another in its batch', async (t) => {
  const { url, group, bring, workflowId, counts } = await frontDoor(t);
  const held = bring('a');
  const answer = await withClient(url, async (client) => {
    await client.query('BEGIN');
    await client.query('DELETE FROM webhook_dedup');
    const keyed = group.submit(held);
    const plain = await Promise.all(
      [ingestRow(workflowId), ingestRow(workflowId)].map((row) => group.submit(row)),
    );
    t.same(plain, ['committed', 'committed']);
    t.same(await counts(), { logs: 5, duplicates: 0, executions: 5, keys: 3 });
    await client.query('ROLLBACK');
    return keyed;
  });
  t.equal(await answer, 'committed');
  t.not(startedBy(held), held.executionId);
});

t.test('who stands still in the middle of a transaction loses what it has locked', async (t) => {
  const { url, group, bring } = await frontDoor(t);
  const frozen = createPool({
    connectionString: url,
    max: 1,
    applicationName: 'test-frozen',
    options: INGEST_SESSION,
    onError: () => undefined,
  });
  t.teardown(() => frozen.end());
  const client = await frozen.connect();
  await client.query('BEGIN');
  await client.query('DELETE FROM webhook_dedup');
  t.equal(await group.submit(bring('a')), 'committed');
  client.release(true);
});
