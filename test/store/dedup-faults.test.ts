import { EventEmitter, once } from 'node:events';
import { GroupCommit, type GroupCommitOptions } from '../../src/store/group-commit.ts';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import { type IngestRow, ingestBytes } from '../../src/store/ingest-batch.ts';
import { blocked } from '../helpers/blocked.ts';
import { ingestRow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';
import { digest, receiving, startedBy, writeAll } from './resent.ts';

type Write = GroupCommitOptions<IngestRow>['write'];

function commits(write: Write, options: Partial<GroupCommitOptions<IngestRow>> = {}) {
  return new GroupCommit<IngestRow>({
    write,
    onLate: () => undefined,
    sizeOf: ingestBytes,
    maxRows: 50,
    maxBytes: 1_000_000,
    maxWaitingRows: 20_000,
    maxWaitingBytes: 100_000_000,
    deadlineMs: 30_000,
    concurrency: 2,
    ...options,
  });
}

/** Somebody holds the key of an event, until `end`. */
async function holding(t: Test, url: string, { workflowId, id }: { workflowId: string; id: string }) {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let held = (): void => undefined;
  const isHeld = new Promise<void>((resolve) => {
    held = resolve;
  });
  const holder = withClient(url, async (client) => {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO webhook_dedup SELECT organization_id, id, $2, gen_random_uuid(), now() + interval '1 h'
       FROM workflows WHERE id = $1`,
      [workflowId, digest(id)],
    );
    held();
    await ended;
    await client.query('ROLLBACK');
  });
  t.teardown(end);
  await isHeld;
  return async () => {
    end();
    await holder;
  };
}

t.test(
  'a connection that breaks inside the statement: the same batch again, and one execution',
  async (t) => {
    const { url, db, one, bring, workflowId, terminate, counts } = await receiving(t);
    const release = await holding(t, url, { workflowId, id: 'held' });
    const group = commits((rows) => writeIngestBatch(one, rows));
    const rows = [bring('before'), bring('held'), bring('held'), bring('z')];
    const answers = Promise.all(rows.map((row) => group.submit(row)));
    await blocked(db, 1);
    await terminate();
    // It is there again, with the same rows.
    await blocked(db, 1);
    await release();
    t.same(await answers, Array(4).fill('committed'));
    t.same(
      rows.map(startedBy),
      [rows[0], rows[1], rows[1], rows[3]].map((row) => row?.executionId),
    );
    t.same(await counts(), { logs: 4, duplicates: 1, executions: 3, keys: 3 });
  },
);

t.test('a connection that breaks after a commit and before its confirmation, at each step', async (t) => {
  for (const lostAt of ['take', 'taken', 'failed'] as const) {
    const { db, one, bring, counts, runOf } = await receiving(t);
    const failed = bring('failed');
    await writeAll(one, [failed]);
    const moves = ['running', 'failed'];
    for (const state of moves)
      await db
        .updateTable('workflow_executions')
        .set({ state: state as 'running' })
        .where('id', '=', failed.executionId)
        .execute();
    let lost = 0;
    const group = commits(async (rows) => {
      const steps = new Set(rows.map((row) => row.event?.step));
      const copies = rows.map((row) => ({ ...row, event: row.event && { ...row.event } }));
      if (steps.has(lostAt) && lost++ === 0) {
        // It is committed, and nobody is told.
        await writeIngestBatch(one, copies);
        throw new Error('Connection terminated unexpectedly');
      }
      return writeIngestBatch(one, rows);
    });
    const rows = [bring('a'), bring('a'), bring('failed'), bring('b')];
    const answers = await Promise.all(rows.map((row) => group.submit(row)));
    t.ok(lost > 0);
    t.same(answers, Array(4).fill('committed'));
    t.same(
      rows.map(startedBy),
      [rows[0], rows[0], failed, rows[3]].map((row) => row?.executionId),
    );
    t.same(await counts(), { logs: 5, duplicates: 2, executions: 3, keys: 3 }, lostAt);
    t.same(await runOf(failed.executionId), { state: 'queued', run: 2 }, lostAt);
  }
});

t.test('connections that break all the time', async (t) => {
  const { db, one, other, bring, terminate, counts } = await receiving(t);
  // On a slow machine none would ever be quick enough for breaks at a fixed rate: each waits for a write that succeeded.
  const written = new EventEmitter();
  const groups = [one, other].map((pool) =>
    commits(async (rows) => {
      const left = await writeIngestBatch(pool, rows);
      written.emit('batch');
      return left;
    }),
  );
  let storming = true;
  let storms = 0;
  const storm = (async () => {
    while (storming) {
      const next = once(written, 'batch');
      await terminate();
      storms++;
      await next;
    }
  })();
  const rows: IngestRow[] = [];
  const answers: string[] = [];
  for (let wave = 0; wave < 10; wave++) {
    const next = Array.from({ length: 200 }, (_, i) => bring(`${(wave * 70 + i) % 300}`));
    rows.push(...next);
    answers.push(...(await Promise.all(next.map((row, i) => groups[i % 2]?.submit(row) ?? 'nowhere'))));
  }
  storming = false;
  written.emit('batch');
  await storm;
  t.comment({ storms });
  t.same(new Set(answers), new Set(['committed']));
  t.same(await counts(), { logs: 2_000, duplicates: 1_700, executions: 300, keys: 300 });
  const stored = new Map(
    (await db.selectFrom('webhook_logs').select(['id', 'execution_id', 'is_duplicate']).execute()).map(
      (log) => [log.id, log],
    ),
  );
  const wrong = rows.filter(
    (row) =>
      stored.get(row.logId)?.execution_id !== startedBy(row) ||
      stored.get(row.logId)?.is_duplicate !== (row.event?.duplicateOf !== null),
  );
  t.same(wrong, [], 'each was told what is stored');
  const told = new Map<string, Set<string>>();
  for (const row of rows) {
    const key = row.event?.sha256.toString('hex') ?? '';
    told.set(key, (told.get(key) ?? new Set()).add(startedBy(row)));
  }
  t.ok(
    [...told.values()].every((executions) => executions.size === 1),
    'and all of an event were told the same',
  );
});

t.test('a row that the database refuses is refused alone, and its event stays free', async (t) => {
  const { one, bring, workflowId, counts } = await receiving(t);
  const known = bring('known');
  await writeAll(one, [known]);
  const group = commits((rows) => writeIngestBatch(one, rows));
  const rows = [
    bring('a'),
    bring('bad', { headers: 'not json' }),
    bring('known', { headers: 'not json' }),
    bring('known'),
    ingestRow(workflowId),
  ];
  const answers = await Promise.all(rows.map((row) => group.submit(row)));
  t.same(answers, ['committed', 'rejected', 'rejected', 'committed', 'committed']);
  const good = bring('bad');
  t.equal(await group.submit(good), 'committed');
  t.equal(startedBy(good), good.executionId);
  t.match(await counts(), { logs: 5, duplicates: 1, executions: 4 });
});

t.test(
  'a row that got in after its sender had been told 503 is what a resend is a duplicate of',
  async (t) => {
    const { url, db, one, other, bring, workflowId, counts } = await receiving(t);
    const release = await holding(t, url, { workflowId, id: 'a' });
    const late: IngestRow[] = [];
    const group = commits((rows) => writeIngestBatch(one, rows), {
      deadlineMs: 100,
      onLate: (rows) => late.push(...rows),
    });
    const first = bring('a');
    const answer = group.submit(first);
    await blocked(db, 1);
    t.equal(await answer, 'unconfirmed');
    await release();
    await group.flush();
    t.same(late, [first], 'it got in after all');
    t.same(await writeAll(other, [bring('a')]), [first.executionId]);
    t.same(await counts(), { logs: 2, duplicates: 1, executions: 1, keys: 1 });
  },
);
