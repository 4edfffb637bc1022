import { createClient } from '../../src/dispatch/client.ts';
import { createExpressions } from '../../src/dispatch/expressions/expressions.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { createExecutor } from '../../src/execute/executor.ts';
import { LEASE_MS } from '../../src/execute/leases.ts';
import type { Job } from '../../src/execute/worker.ts';
import { planExecutions } from '../../src/store/plan.ts';
import type { AttemptRecord, RecordedExecution } from '../../src/store/record.ts';
import { loadWorkflowSnapshot } from '../../src/store/workflow-snapshots.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { type Receiver, type Script, startReceiver } from '../helpers/receiver.ts';
import { box, expireLeases, insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';

/** A worker on a real database, with as many endpoints as asked for. */
async function setUp(t: Test, { endpoints = 1, script = () => ({}) as object } = {}) {
  const { db, pool } = await openTestDatabase(t);
  const receiver = await startReceiver(t, script as Script);
  const urls = Array.from({ length: endpoints }, () => receiver.url);
  const { workflowId, triggers } = await insertWorkflow(db, urls);
  const executionId = await insertExecution(pool, workflowId);
  const client = createClient({ allowCidrs: ['127.0.0.0/8'], allowHosts: [] });
  t.teardown(() => client.close());
  const offered: Job[] = [];
  const ends: string[] = [];
  const attempts: { record: AttemptRecord; recorded: RecordedExecution | null }[] = [];
  /** What reading the workflow fails with, once each. */
  const faults: Error[] = [];
  const createHandle = () =>
    createExecutor({
      db,
      client,
      expressions: createExpressions(),
      async workflow(id) {
        const fault = faults.shift();
        if (fault) throw fault;
        return loadWorkflowSnapshot(db, box, id);
      },
      offer: (jobs) => void offered.push(...jobs),
      onAttempt: (record, _work, recorded) => attempts.push({ record, recorded }),
      onEnd: (_work, state) => ends.push(state),
      onLeaseError: (error) => t.fail(String(error)),
    });
  const handle = createHandle();
  /** Another worker, as another process has it. */
  const handleElsewhere = createHandle();
  const execution = () =>
    db.selectFrom('workflow_executions').selectAll().where('id', '=', executionId).executeTakeFirstOrThrow();
  const rows = () => db.selectFrom('delivery_attempts').selectAll().orderBy('attempt').execute();
  const job: Job = { kind: 'execution', id: executionId, run: 1, organizationId: DEFAULT_ORGANIZATION_ID };
  return {
    db,
    receiver,
    workflowId,
    triggers,
    job,
    handle,
    handleElsewhere,
    offered,
    ends,
    attempts,
    faults,
    execution,
    rows,
  };
}

type World = Awaited<ReturnType<typeof setUp>>;

/** A worker took the only delivery and was never heard of again: a job for it, after its lease ran out. */
async function loseWorker({ db, job, triggers }: World): Promise<Job> {
  const [trigger] = triggers;
  const delivery = { id: newId(), triggerId: '', endpointId: '', ...trigger, leaseToken: newId() };
  const plan = {
    executionId: job.id,
    run: 1,
    state: 'running' as const,
    outcome: null,
    deliveries: [delivery],
  };
  await planExecutions(db, [plan], LEASE_MS);
  await expireLeases(db);
  return { kind: 'delivery', id: delivery.id, run: 1, organizationId: DEFAULT_ORGANIZATION_ID };
}

const attemptsAt = ({ requests }: Receiver) => requests.map(({ attempt }) => attempt);

t.test('one endpoint: planned, sent and recorded by one job', async (t) => {
  const world = await setUp(t);
  await world.handle(world.job);
  t.match(await world.execution(), { state: 'succeeded', outcome: 'delivered', confirmed_by: 'http' });
  t.same(attemptsAt(world.receiver), [1]);
  t.match(world.attempts, [{ record: { result: 'succeeded' }, recorded: { state: 'succeeded' } }]);
  t.same(world.offered, []);
});

t.test('the same job any number of times, at once and later, is sent once', async (t) => {
  const world = await setUp(t);
  await Promise.all(Array.from({ length: 20 }, () => world.handle(world.job)));
  await world.handle(world.job);
  t.same(attemptsAt(world.receiver), [1]);
  t.equal((await world.rows()).length, 1);
});

t.test('jobs of another run, and of nothing, do nothing', async (t) => {
  const world = await setUp(t);
  await world.handle({ ...world.job, run: 2 });
  await world.handle({ kind: 'execution', id: newId(), run: 1, organizationId: DEFAULT_ORGANIZATION_ID });
  await world.handle({ kind: 'delivery', id: newId(), run: 1, organizationId: DEFAULT_ORGANIZATION_ID });
  t.match(await world.execution(), { state: 'queued' });
  t.equal(world.receiver.requests.length, 0);
});

t.test('several endpoints: a job for each, and each job once', async (t) => {
  const world = await setUp(t, { endpoints: 3 });
  await world.handle(world.job);
  t.match(await world.execution(), { state: 'running' });
  t.equal(world.receiver.requests.length, 0);
  t.same(
    world.offered.map(({ kind, run }) => `${kind} ${run}`),
    ['delivery 1', 'delivery 1', 'delivery 1'],
  );
  await Promise.all([...world.offered, ...world.offered].map(world.handle));
  t.match(await world.execution(), { state: 'succeeded' });
  t.same(attemptsAt(world.receiver), [1, 1, 1]);
});

t.test('a database that is away for a moment, after the lease was taken, is no lost attempt', async (t) => {
  const world = await setUp(t, { endpoints: 2 });
  await world.handle(world.job);
  const [first, second] = world.offered;
  if (!first || !second) return t.fail('no jobs');
  const away = () => Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  world.faults.push(away(), away());
  await world.handle(first);
  t.match(await world.rows(), [{ attempt: 1, outcome: 'delivered' }]);
  world.faults.push(new Error('a bug'));
  await t.rejects(world.handle(second), { message: 'a bug' });
});

t.test('no endpoint: it ends, and that is told', async (t) => {
  const world = await setUp(t, { endpoints: 0 });
  await world.handle(world.job);
  t.match(await world.execution(), { state: 'succeeded', outcome: 'no_trigger' });
  t.same(world.ends, ['succeeded']);
});

t.test('a worker that was lost: recorded as ambiguous, and sent again', async (t) => {
  const world = await setUp(t);
  const delivery = await loseWorker(world);
  await world.handle(delivery);
  t.same(attemptsAt(world.receiver), [2]);
  t.match(await world.rows(), [
    { attempt: 1, result: 'ambiguous', outcome: 'worker_lost', duration_ms: null },
    { attempt: 2, result: 'succeeded', outcome: 'delivered' },
  ]);
  t.match(await world.execution(), { state: 'succeeded' });
});

t.test('a worker that was lost, and an endpoint that holds what is ambiguous: not sent again', async (t) => {
  const world = await setUp(t);
  await world.db.updateTable('webhook_endpoints').set({ on_ambiguous: 'hold' }).execute();
  const delivery = await loseWorker(world);
  await world.handle(delivery);
  t.equal(world.receiver.requests.length, 0);
  t.match(await world.rows(), [
    { attempt: 1, result: 'ambiguous', outcome: 'worker_lost' },
    { attempt: 2, result: 'failed', outcome: 'ambiguous_held', advice: /Nothing was sent/, request_url: '' },
  ]);
  t.match(await world.execution(), { state: 'failed', outcome: 'ambiguous_held' });
});

t.test('a delivery that brings down whoever sends it ends as a dead letter', async (t) => {
  const world = await setUp(t);
  await world.db.updateTable('webhook_endpoints').set({ retry_policy: '{"maxAttempts":1}' }).execute();
  const delivery = await loseWorker(world);
  await world.handle(delivery);
  t.equal(world.receiver.requests.length, 0);
  t.match(await world.rows(), [
    { attempt: 1, outcome: 'worker_lost' },
    { attempt: 2, outcome: 'worker_lost', result: 'failed', advice: /used up/ },
  ]);
  t.match(await world.execution(), { state: 'dead_lettered', outcome: 'worker_lost' });
});

t.test('who lost the lease meanwhile writes nothing', async (t) => {
  let taken: () => Promise<void> = async () => undefined;
  const script: Script = async ({ attempt }) => {
    if (attempt === 1) await taken();
    return { status: attempt === 1 ? 500 : 200 };
  };
  const world = await setUp(t, { script: script as () => object });
  taken = async () => {
    await expireLeases(world.db);
    const { id } = await world.db.selectFrom('deliveries').select('id').executeTakeFirstOrThrow();
    const job: Job = { kind: 'delivery', id, run: 1, organizationId: DEFAULT_ORGANIZATION_ID };
    await world.handle(job);
    t.same(attemptsAt(world.receiver), [1], 'a worker does not take over from itself');
    await world.handleElsewhere(job);
  };
  await world.handle(world.job);
  t.match(await world.rows(), [
    { attempt: 1, outcome: 'worker_lost', status_code: null },
    { attempt: 2, outcome: 'delivered', status_code: 200 },
  ]);
  t.match(
    world.attempts.map(({ record, recorded }) => [record.statusCode, recorded?.state ?? null]),
    [
      [200, 'succeeded'],
      [500, null],
    ],
  );
  t.match(await world.execution(), { state: 'succeeded' });
});
