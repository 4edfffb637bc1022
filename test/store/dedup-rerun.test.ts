import { sql } from 'kysely';
import { newId } from '../../src/domain/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import type { IngestRow } from '../../src/store/ingest-batch.ts';
import t from '../helpers/tap.ts';
import { receiving, unwritten, writeAll } from './resent.ts';

/** Carries an execution to this state, by moves that are allowed. */
async function move(db: Database, id: string, ...states: string[]): Promise<void> {
  for (const state of states)
    await sql`UPDATE workflow_executions SET state = ${state},
      finished_at = CASE WHEN ${state} IN ('succeeded', 'failed', 'cancelled', 'dead_lettered') THEN now() END
      WHERE id = ${id}`.execute(db);
}

/** Its deliveries, one for each trigger, as they ended. */
async function deliver(db: Database, executionId: string, ends: { state: string; triggerId: string }[]) {
  for (const { state, triggerId } of ends)
    await sql`
      INSERT INTO deliveries (id, organization_id, execution_id, trigger_id, endpoint_id, state, finished_at)
      SELECT ${newId()}, t.organization_id, ${executionId}, t.id, t.endpoint_id, ${state}, now()
      FROM workflow_triggers t WHERE t.id = ${triggerId}`.execute(db);
}

const statesOf = async (db: Database, executionId: string) => {
  const rows = await db
    .selectFrom('deliveries')
    .select(['state', 'run'])
    .where('execution_id', '=', executionId)
    .orderBy('state')
    .execute();
  return rows.map(({ state, run }) => `${state} ${run}`);
};

for (const end of ['failed', 'dead_lettered']) {
  t.test(`duplicates of what ended ${end} have what did not succeed run again, once`, async (t) => {
    const { db, one, other, triggers, bring, counts, runOf } = await receiving(t, [
      'http://127.0.0.1:1/a',
      'http://127.0.0.1:1/b',
    ]);
    const first = bring('a');
    await writeAll(one, [first]);
    const [a, b] = triggers.map(({ triggerId }) => triggerId);
    await deliver(db, first.executionId, [
      { state: 'succeeded', triggerId: a ?? '' },
      { state: end, triggerId: b ?? '' },
    ]);
    await move(db, first.executionId, 'running', end);

    const rows = Array.from({ length: 20 }, () => bring('a'));
    const told = await Promise.all(
      Array.from({ length: 10 }, (_, i) => writeAll(i % 2 ? one : other, rows.slice(2 * i, 2 * i + 2))),
    );
    t.same(new Set(told.flat()), new Set([first.executionId]));
    t.same(await runOf(first.executionId), { state: 'queued', run: 2 });
    t.same(await statesOf(db, first.executionId), ['pending 2', 'succeeded 1']);
    t.same(await counts(), { logs: 21, duplicates: 20, executions: 1, keys: 1 });
  });
}

t.test('duplicates of anything else start nothing', async (t) => {
  const { db, one, bring, runOf } = await receiving(t);
  const cases = {
    queued: [],
    running: ['running'],
    retrying: ['running', 'retrying'],
    waiting: ['running', 'waiting'],
    succeeded: ['running', 'succeeded'],
    cancelled: ['cancelled'],
  };
  for (const [state, moves] of Object.entries(cases)) {
    const first = bring(state);
    await writeAll(one, [first]);
    await move(db, first.executionId, ...moves);
    t.same(await writeAll(one, [bring(state)]), [first.executionId]);
    t.same(await runOf(first.executionId), { state, run: 1 });
  }
});

t.test('one batch with duplicates of what failed, of what did not, and others', async (t) => {
  const { db, one, bring, counts, runOf } = await receiving(t);
  const [failed, dead, fine] = [bring('failed'), bring('dead'), bring('fine')];
  await writeAll(one, [failed, dead, fine]);
  await move(db, failed.executionId, 'running', 'failed');
  await move(db, dead.executionId, 'running', 'dead_lettered');
  const fresh = bring('fresh');
  const rows = [bring('dead'), fresh, bring('failed'), bring('fine'), bring('failed')];
  t.same(
    await writeAll(one, rows),
    [dead, fresh, failed, fine, failed].map((row) => row.executionId),
  );
  t.same(await counts(), { logs: 8, duplicates: 4, executions: 4, keys: 4 });
  for (const row of [failed, dead]) t.same(await runOf(row.executionId), { state: 'queued', run: 2 });
  t.same(await runOf(fine.executionId), { state: 'queued', run: 1 });
});

t.test('a request has it run again only once, however often it is written', async (t) => {
  const { db, one, bring, runOf } = await receiving(t);
  const first = bring('a');
  await writeAll(one, [first]);
  await move(db, first.executionId, 'running', 'failed');
  const second = bring('a');
  await writeAll(one, [second]);
  t.match(await runOf(first.executionId), { run: 2 });
  await move(db, first.executionId, 'running', 'failed');
  t.same(await writeAll(one, [unwritten(second)]), [first.executionId], 'its confirmation was lost');
  t.same(await runOf(first.executionId), { state: 'failed', run: 2 });
  await writeAll(one, [bring('a')]);
  t.same(await runOf(first.executionId), { state: 'queued', run: 3 }, 'another request does');
});

t.test('a run that somebody else has raised meanwhile is enough', async (t) => {
  const { db, one, bring, runOf, counts } = await receiving(t);
  const first = bring('a');
  await writeAll(one, [first]);
  await move(db, first.executionId, 'running', 'failed');
  const second = bring('a');
  let left: IngestRow[] = [second];
  while (second.event?.step !== 'failed') left = await writeIngestBatch(one, left);
  await sql`UPDATE workflow_executions SET state = 'queued', run = 2 WHERE id = ${first.executionId}`.execute(
    db,
  );
  t.same(await writeAll(one, left), [first.executionId]);
  t.same(await runOf(first.executionId), { state: 'queued', run: 2 });
  t.match(await counts(), { logs: 2, duplicates: 1 });
});

t.test('what failed and cannot run again, because its bytes are gone, makes room', async (t) => {
  const { db, one, bring, counts, runOf } = await receiving(t);
  const first = bring('a');
  const untouched = bring('b');
  await writeAll(one, [first, untouched]);
  await move(db, first.executionId, 'running', 'failed');
  await sql`DELETE FROM webhook_logs WHERE id = ${first.logId}`.execute(db);
  const [second, third] = [bring('a'), bring('a')];
  t.same(await writeAll(one, [second, third, bring('b')]), [
    second.executionId,
    second.executionId,
    untouched.executionId,
  ]);
  t.same(await runOf(first.executionId), { state: 'failed', run: 1 });
  t.same(await counts(), { logs: 4, duplicates: 2, executions: 3, keys: 2 });
});

t.test('what retention took was executed all the same', async (t) => {
  const { db, one, bring, counts } = await receiving(t);
  const first = bring('a');
  await writeAll(one, [first]);
  await sql`DELETE FROM workflow_executions`.execute(db);
  t.same(await writeAll(one, [bring('a')]), [first.executionId]);
  t.match(await counts(), { duplicates: 1, executions: 0 });
});

t.test('nothing runs again for a workflow that is not active any more', async (t) => {
  const { db, one, bring, runOf, workflowId } = await receiving(t);
  const first = bring('a');
  await writeAll(one, [first]);
  await move(db, first.executionId, 'running', 'failed');
  await sql`UPDATE workflows SET is_active = false WHERE id = ${workflowId}`.execute(db);
  t.same(await writeAll(one, [bring('a')]), [first.executionId]);
  t.same(await runOf(first.executionId), { state: 'failed', run: 1 });
});
