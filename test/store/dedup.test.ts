import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { deleteExpiredEventKeys } from '../../src/store/dedup.ts';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import { claimEvent } from '../../src/store/ingest-batch.ts';
import { blocked } from '../helpers/blocked.ts';
import { ingestRow, insertWorkflow } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';
import { digest, receiving, unwritten, writeAll } from './resent.ts';

t.test('the first request executes, the others are logged as duplicates of it', async (t) => {
  const { db, one, other, bring, counts } = await receiving(t);
  const [first, second, third] = [bring('a'), bring('a'), bring('a', { body: Buffer.from('other bytes') })];
  t.same(await writeAll(one, [first]), [first.executionId]);
  t.same(await writeAll(other, [second]), [first.executionId]);
  t.same(await writeAll(one, [third]), [first.executionId]);
  t.same(await counts(), { logs: 3, duplicates: 2, executions: 1, keys: 1 });
  const logs = await db.selectFrom('webhook_logs').selectAll().orderBy('id').execute();
  t.same(
    logs.map((log) => [log.id, log.execution_id, log.is_duplicate, log.status_code]),
    [
      [first.logId, first.executionId, false, 200],
      [second.logId, first.executionId, true, 200],
      [third.logId, first.executionId, true, 200],
    ],
  );
  t.ok(logs[2]?.body?.equals(third.body), 'what came stays to be seen');
});

t.test('in a batch the first of each event wins, and what has no event is for itself', async (t) => {
  const { one, bring, workflowId, counts } = await receiving(t);
  const known = bring('known');
  await writeAll(one, [known]);
  const plain = [ingestRow(workflowId), ingestRow(workflowId)];
  const [a, a2, a3, b, known2] = [bring('a'), bring('a'), bring('a'), bring('b'), bring('known')];
  const batch = [a, plain[0], known2, a2, b, plain[1], a3].map((row) => row ?? ingestRow(workflowId));
  t.same(
    await writeAll(one, batch),
    [a, plain[0], known, a, b, plain[1], a].map((row) => row?.executionId),
  );
  t.same(
    batch.filter((row) => row.event?.duplicateOf != null),
    [known2, a2, a3],
  );
  t.same(await counts(), { logs: 8, duplicates: 3, executions: 5, keys: 3 });
});

t.test('bytes, headers and queries are stored as they came, also beside keys', async (t) => {
  const { db, one, bring, workflowId } = await receiving(t);
  const odd = { body: Buffer.from([0, 255, 92, 34]), query: 'a=ž&b={}', headers: '[["X","\\u00ff"]]' };
  const rows = [bring('a', odd), ingestRow(workflowId, odd), bring('a', odd), bring('b', odd)];
  await writeAll(one, rows);
  for (const row of rows) {
    const log = await db
      .selectFrom('webhook_logs')
      .selectAll()
      .where('id', '=', row.logId)
      .executeTakeFirstOrThrow();
    t.same([log.query, log.headers], [odd.query, [['X', '\u00ff']]]);
    t.ok(log.body?.equals(odd.body));
  }
});

t.test('the same id in two workflows is two events', async (t) => {
  const { db, one, bring, counts } = await receiving(t);
  const { workflowId } = await insertWorkflow(db);
  const rows = [bring('a'), ingestRow(workflowId, { event: claimEvent(digest('a'), 60) })];
  t.same(
    await writeAll(one, rows),
    rows.map((row) => row.executionId),
  );
  t.match(await counts(), { duplicates: 0, executions: 2, keys: 2 });
});

t.test('an event whose window is over is a new one, for one of those who bring it', async (t) => {
  const { db, one, other, bring, counts } = await receiving(t);
  const first = bring('a');
  await writeAll(one, [first]);
  await sql`UPDATE webhook_dedup SET expires_at = now()`.execute(db);
  const late = Array.from({ length: 20 }, () => bring('a'));
  const told = await Promise.all(late.map((row, i) => writeAll(i % 2 ? one : other, [row])));
  const winners = late.filter((row) => row.event?.duplicateOf === null);
  t.equal(winners.length, 1);
  t.same(new Set(told.flat()), new Set([winners[0]?.executionId]));
  t.same(await counts(), { logs: 21, duplicates: 19, executions: 2, keys: 1 });
  const [key] = await db.selectFrom('webhook_dedup').selectAll().execute();
  t.ok((key?.expires_at.getTime() ?? 0) > Date.now() + 3_000_000, 'and its window begins again');
});

t.test('who comes while the first is being stored waits for its commit', async (t) => {
  const { url, db, one, other, bring, workflowId, counts } = await receiving(t);
  const first = randomUUID();
  /** Two bring an event while its first request is about to end in this way. */
  const bothBehind = (id: string, end: 'COMMIT' | 'ROLLBACK') =>
    withClient(url, async (client) => {
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO webhook_dedup SELECT organization_id, id, $2, $3, now() + interval '1 h' FROM workflows WHERE id = $1`,
        [workflowId, digest(id), first],
      );
      const rows = [bring(id), bring(id)];
      const writing = Promise.all(rows.map((row, i) => writeAll(i === 0 ? one : other, [row])));
      await blocked(db, 2);
      await client.query(end);
      return { rows, told: (await writing).flat() };
    });
  t.same((await bothBehind('a', 'COMMIT')).told, [first, first]);
  t.match(await counts(), { duplicates: 2, executions: 0 });
  const { rows, told } = await bothBehind('b', 'ROLLBACK');
  const winner = rows.find((row) => row.event?.duplicateOf === null);
  t.same(told, [winner?.executionId, winner?.executionId], 'one of those that waited is the first');
  t.match(await counts(), { duplicates: 3, executions: 1 });
});

t.test('processes that bring the same events in another order do not block each other', async (t) => {
  const { one, other, bring, counts } = await receiving(t);
  for (let round = 0; round < 15; round++) {
    const ids = Array.from({ length: 300 }, (_, i) => `${round}-${i}`);
    const forth = ids.map((id) => bring(id));
    const back = ids.map((id) => bring(id)).reverse();
    // A deadlock is an error here: only a group commit tries again.
    const [a, b] = await Promise.all([writeAll(one, forth), writeAll(other, back)]);
    t.same(a, b.reverse(), 'both are told the same');
  }
  t.same(await counts(), { logs: 9_000, duplicates: 4_500, executions: 4_500, keys: 4_500 });
});

t.test('writing a batch again changes nothing', async (t) => {
  const { one, other, bring, workflowId, counts } = await receiving(t);
  const known = bring('known');
  await writeAll(one, [known]);
  const rows = [bring('a'), bring('a'), bring('known'), ingestRow(workflowId), bring('b')];
  const told = await writeAll(one, rows);
  const before = await counts();
  t.same(await writeAll(other, rows.map(unwritten)), told, 'as after a confirmation that was lost');
  t.same(await writeAll(other, rows.slice(1).map(unwritten)), told.slice(1), 'also without its first row');
  t.same(await writeIngestBatch(other, [unwritten(known)]), [], 'the first finds at once that it is');
  t.same(await counts(), before);
});

t.test('events are forgotten in time, and no others', async (t) => {
  const { db, one, bring } = await receiving(t);
  await writeAll(
    one,
    Array.from({ length: 2_500 }, (_, i) => bring(`${i}`)),
  );
  await writeAll(one, [bring('stays')]);
  t.equal(await deleteExpiredEventKeys(db), 0);
  await sql`UPDATE webhook_dedup SET expires_at = now() - interval '1 s' WHERE key_sha256 <> ${digest('stays')}`.execute(
    db,
  );
  t.equal(await deleteExpiredEventKeys(db), 2_500);
  const left = await db.selectFrom('webhook_dedup').select('key_sha256').execute();
  t.same(left, [{ key_sha256: digest('stays') }]);
  t.equal(await deleteExpiredEventKeys(db, AbortSignal.abort()), 0);
});

t.test('an event that is forgotten between two looks at it is a new one', async (t) => {
  const { db, one, bring, counts } = await receiving(t);
  await writeAll(one, [bring('a')]);
  const row = bring('a');
  if (row.event) row.event.step = 'taken';
  await sql`DELETE FROM webhook_dedup`.execute(db);
  t.same(await writeAll(one, [row]), [row.executionId]);
  t.same(await counts(), { logs: 2, duplicates: 0, executions: 2, keys: 1 });
});
