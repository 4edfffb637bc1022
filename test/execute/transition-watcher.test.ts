import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { TransitionWatcher, type TransitionWatcherPorts } from '../../src/execute/transition-watcher.ts';
import {
  databaseTime,
  findMoved,
  findTransitions,
  type RecordedTransition,
} from '../../src/store/transitions.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/eventually.ts';
import { insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';

async function setUp(t: Test, overrides: Partial<TransitionWatcherPorts> = {}) {
  const { db, pool } = await openTestDatabase(t);
  const asked: number[] = [];
  const errors: unknown[] = [];
  const watcher = new TransitionWatcher({
    databaseTime: () => databaseTime(db),
    findMoved: (positions) => {
      asked.push(positions.length);
      return findMoved(db, positions);
    },
    findTransitions: (span) => findTransitions(db, span),
    onAnswer: () => undefined,
    onError: (error) => errors.push(error),
    ...overrides,
  });
  watcher.start();
  t.teardown(() => watcher.stop());
  const { workflowId } = await insertWorkflow(db);
  const queue = () => insertExecution(pool, workflowId);
  const move = async (id: string, ...states: string[]) => {
    for (const state of states) {
      await sql`UPDATE workflow_executions SET state = ${state} WHERE id = ${id}`.execute(db);
    }
  };
  return { db, pool, watcher, asked, errors, workflowId, queue, move };
}

/** Follows an execution and writes down what it is told. */
function follow(watcher: TransitionWatcher, executionId: string, afterSeq = 0, isReady = () => true) {
  const told: string[] = [];
  const unfollow = watcher.follow({
    executionId,
    afterSeq,
    isReady,
    onTransitions: (news) => told.push(...news.map(({ seq, to }) => `${seq} ${to}`)),
    onEnd: ({ state }) => told.push(`end ${state}`),
  });
  return { told, unfollow };
}

t.test('all who follow are served by the same questions', async (t) => {
  const { watcher, asked, queue, move } = await setUp(t);
  const [a, b] = [await queue(), await queue()];
  await move(a, 'running');
  const early = follow(watcher, a, 0);
  const late = follow(watcher, a, 1);
  const other = follow(watcher, b);
  await eventually('what was before', () => early.told.length === 1);
  await eventually('both executions are asked for at once', () => asked.at(-1) === 2);
  await move(a, 'retrying', 'running', 'succeeded');
  await move(b, 'cancelled');
  const end = (reader: { told: string[] }) =>
    eventually('the end', () => reader.told.at(-1)?.startsWith('end'));
  await Promise.all([early, late, other].map(end));
  t.same(early.told, ['1 running', '2 retrying', '3 running', '4 succeeded', 'end succeeded']);
  t.same(late.told, early.told.slice(1));
  t.same(other.told, ['1 cancelled', 'end cancelled']);
});

t.test('who cannot take more is not asked for, and misses nothing', async (t) => {
  const { watcher, queue, move } = await setUp(t);
  const id = await queue();
  let ready = false;
  const slow = follow(watcher, id, 0, () => ready);
  const quick = follow(watcher, id);
  await move(id, 'running', 'succeeded');
  await eventually('the end', () => quick.told.length === 3);
  t.same(slow.told, []);
  ready = true;
  await eventually('the end', () => slow.told.length === 3);
  t.same(slow.told, quick.told);
});

t.test('who left hears no more', async (t) => {
  const { watcher, queue, move } = await setUp(t);
  const id = await queue();
  const [gone, there] = [follow(watcher, id), follow(watcher, id)];
  gone.unfollow();
  await move(id, 'running', 'succeeded');
  await eventually('the end', () => there.told.length === 3);
  t.same(gone.told, []);
});

t.test('a fault of the database is told and survived', async (t) => {
  let faults = 2;
  const { watcher, errors, queue, move } = await setUp(t, {
    databaseTime: async () => {
      faults -= 1;
      if (faults >= 0) throw new Error('connection lost');
      return new Date();
    },
  });
  const id = await queue();
  let heard = 0;
  watcher.listen({
    organizationId: DEFAULT_ORGANIZATION_ID,
    workflowId: null,
    since: new Date(Date.now() - 5_000),
    onTransitions: (news) => {
      heard += news.length;
    },
  });
  await move(id, 'running');
  await eventually('it is told', () => heard === 1);
  t.match(errors, [{ message: 'connection lost' }, { message: 'connection lost' }]);
});

t.test('a transition that is committed after later ones is heard of', async (t) => {
  const { db, watcher, queue, move } = await setUp(t);
  const [slow, quick] = [await queue(), await queue()];
  const heard: string[] = [];
  const listen = (organizationId: string, news: string[]) =>
    databaseTime(db).then((since) =>
      watcher.listen({
        organizationId,
        workflowId: null,
        since,
        onTransitions: (transitions: readonly RecordedTransition[]) =>
          news.push(...transitions.map(({ executionId }) => executionId)),
      }),
    );
  const strangers: string[] = [];
  await listen(DEFAULT_ORGANIZATION_ID, heard);
  await listen(newId(), strangers);
  await db.transaction().execute(async (trx) => {
    await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${slow}`.execute(trx);
    await move(quick, 'running');
    await eventually('the later one is heard of first', () => heard.length === 1);
  });
  await eventually('then the earlier one', () => heard.length === 2);
  t.same(heard, [quick, slow]);
  t.same(strangers, []);
});
