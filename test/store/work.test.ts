import { randomUUID } from 'node:crypto';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { claimDeliveries, renewLeases } from '../../src/store/claim.ts';
import { oldestDueSeconds, releaseDue, takeDue } from '../../src/store/due.ts';
import { retryExecution } from '../../src/store/execution-actions.ts';
import { type ExecutionPlan, planExecutions } from '../../src/store/plan.ts';
import { type AttemptRecord, recordAttempts } from '../../src/store/record.ts';
import { type LeasedDelivery, loadWork } from '../../src/store/work.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { expireLeases, insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';

const LEASE_MS = 15_000;

async function setUp(t: Test, endpoints = 1) {
  const { db, pool } = await openTestDatabase(t);
  const urls = Array.from({ length: endpoints }, (_, i) => `http://127.0.0.1:1/${i}`);
  const { workflowId, triggers } = await insertWorkflow(db, urls);
  const executionId = await insertExecution(pool, workflowId);
  const plan = (leaseToken: string | null = null): ExecutionPlan => ({
    executionId,
    run: 1,
    state: 'running',
    outcome: null,
    deliveries: triggers.map((trigger) => ({ id: newId(), ...trigger, leaseToken })),
  });
  const execution = () =>
    db.selectFrom('workflow_executions').selectAll().where('id', '=', executionId).executeTakeFirstOrThrow();
  const attempts = () => db.selectFrom('delivery_attempts').selectAll().orderBy('attempt').execute();
  const moves = async () =>
    (
      await db
        .selectFrom('execution_transitions')
        .selectAll()
        .where('execution_id', '=', executionId)
        .orderBy('seq')
        .execute()
    ).map((row) => `${row.seq} ${row.from_state} ${row.to_state}`);
  return { db, pool, executionId, plan, execution, attempts, moves };
}

const attempt = (delivery: LeasedDelivery, overrides: Partial<AttemptRecord> = {}): AttemptRecord => ({
  delivery,
  startedAt: new Date(),
  durationMs: 12.6,
  result: 'succeeded',
  outcome: 'delivered',
  statusCode: 200,
  error: null,
  advice: null,
  requestUrl: 'http://127.0.0.1:1/',
  requestHeaders: [['a', 'b']],
  requestBytes: 7,
  responseHeaders: [['x', 'quote " brace }']],
  responseBody: Buffer.from([0, 255, 92]),
  responseTruncated: false,
  state: 'succeeded',
  confirmedBy: 'http',
  retryInMs: null,
  ...overrides,
});

/** The constraint that refused a statement; null when nothing did. */
const constraintOf = (statement: Promise<unknown>): Promise<string | null> =>
  statement.then(
    () => null,
    (error: { constraint?: string }) => error.constraint ?? 'another fault',
  );

const retry = {
  result: 'failed',
  outcome: 'server_error',
  state: 'retrying',
  confirmedBy: null,
  retryInMs: 0,
} as const;

t.test('an execution with one delivery: planned with its lease, sent, recorded', async (t) => {
  const { db, executionId, plan, execution, attempts, moves } = await setUp(t);
  const work = (await loadWork(db, [executionId, randomUUID()])).get(executionId);
  t.equal(work?.state, 'queued');
  t.equal(work?.request?.body.toString(), '{"a":1}');
  const leaseToken = newId();
  const planned = plan(leaseToken);
  const leased = planned.deliveries.map(({ id }) => id);
  t.same(await planExecutions(db, [planned], LEASE_MS), new Map([[executionId, { leased, held: [] }]]));
  t.same(await planExecutions(db, [plan(newId())], LEASE_MS), new Map(), 'a second worker is too late');
  const [row] = planned.deliveries;
  const delivery: LeasedDelivery = {
    id: row?.id ?? '',
    executionId,
    triggerId: row?.triggerId ?? '',
    endpointId: row?.endpointId ?? '',
    leaseToken,
    run: 1,
    attempt: 1,
    runAttempt: 1,
    afterLost: false,
    isUndecided: false,
  };
  const record = attempt(delivery);
  const recorded = await recordAttempts(db, [record]);
  t.equal(recorded.get(delivery.id)?.state, 'succeeded');
  const ended = await execution();
  t.match(ended, { state: 'succeeded', confirmed_by: 'http', outcome: 'delivered', seq: 2 });
  t.ok(ended.finished_at);
  t.same(await moves(), ['1 queued running', '2 running succeeded']);
  const [stored] = await attempts();
  t.match(stored, { attempt: 1, status_code: 200, duration_ms: 13, request_headers: [['a', 'b']] });
  t.same(stored?.response_body, Buffer.from([0, 255, 92]));
  t.same(await recordAttempts(db, [record]), recorded, 'a repetition is answered as the first was');
  t.same(
    await recordAttempts(db, [{ ...record, startedAt: new Date(0) }]),
    new Map(),
    'what another made of it is lost',
  );
  t.equal((await attempts()).length, 1, 'and nothing is written twice');
  t.same(
    await claimDeliveries(db, [{ deliveryId: delivery.id, run: 1, leaseToken: newId() }], {
      leaseMs: LEASE_MS,
    }),
    new Map(),
  );
  t.equal(
    await constraintOf(
      db.updateTable('deliveries').set({ state: 'pending' }).where('id', '=', delivery.id).execute(),
    ),
    'delivery_moves',
    'the database itself refuses to send it again',
  );
});

t.test('one lease at a time; a lost one is recorded as ambiguous before the resend', async (t) => {
  const { db, plan, attempts, execution } = await setUp(t);
  const planned = plan();
  await planExecutions(db, [planned], LEASE_MS);
  const deliveryId = planned.deliveries[0]?.id ?? '';
  const claim = async () =>
    (await claimDeliveries(db, [{ deliveryId, run: 1, leaseToken: newId() }], { leaseMs: LEASE_MS })).get(
      deliveryId,
    );
  const claims = await Promise.all([claim(), claim(), claim()]);
  const [first] = claims.filter((claimed) => claimed !== undefined);
  t.equal(claims.filter((claimed) => claimed !== undefined).length, 1, 'one of three workers gets it');
  if (!first) return;
  t.same(await takeDue(db, 10), [], 'a live lease is not due');
  await expireLeases(db);
  const second = await claim();
  t.match(second, { attempt: 2, runAttempt: 2 });
  t.match(await attempts(), [
    { attempt: 1, outcome: 'worker_lost', result: 'ambiguous', request_url: 'http://127.0.0.1:1/0' },
  ]);
  t.same(await recordAttempts(db, [attempt(first)]), new Map(), 'who lost the lease writes nothing');
  t.equal((await execution()).state, 'running');
  if (second) await recordAttempts(db, [attempt(second)]);
  t.equal((await execution()).state, 'succeeded');
  t.same(
    (await attempts()).map((row) => row.result),
    ['ambiguous', 'succeeded'],
  );
});

t.test('a renewed lease stays', async (t) => {
  const { db, plan } = await setUp(t);
  const leaseToken = newId();
  await planExecutions(db, [plan(leaseToken)], 0);
  await renewLeases(db, [leaseToken], LEASE_MS);
  t.same(await takeDue(db, 10), []);
});

t.test('a failed attempt is due again when its time comes, and only then', async (t) => {
  const { db, plan, execution, moves } = await setUp(t);
  const planned = plan();
  await planExecutions(db, [planned], LEASE_MS);
  const deliveryId = planned.deliveries[0]?.id ?? '';
  const claim = async () =>
    (await claimDeliveries(db, [{ deliveryId, run: 1, leaseToken: newId() }], { leaseMs: LEASE_MS })).get(
      deliveryId,
    );
  const first = await claim();
  if (!first) return t.fail('not claimed');
  await recordAttempts(db, [attempt(first, { ...retry, retryInMs: 60_000 })]);
  t.equal((await execution()).state, 'retrying');
  t.same(await takeDue(db, 10), []);
  t.equal(await claim(), undefined, 'a job that comes early does nothing');
  await db
    .updateTable('deliveries')
    .set({ next_attempt_at: new Date(Date.now() - 5_000) })
    .execute();
  t.ok((await oldestDueSeconds(db)) >= 4);
  const due = [
    { kind: 'delivery', id: deliveryId, run: 1, organizationId: DEFAULT_ORGANIZATION_ID },
  ] as const;
  t.same(await takeDue(db, 10), due);
  t.same(await takeDue(db, 10), [], 'not twice within the time the queue is given');
  await releaseDue(db, [...due]);
  t.same(await takeDue(db, 10), due, 'what the queue did not take is due again');
  const second = await claim();
  if (!second) return t.fail('not claimed');
  await recordAttempts(db, [attempt(second, { ...retry, state: 'dead_lettered', retryInMs: null })]);
  t.equal((await execution()).state, 'dead_lettered');
  t.same(await moves(), [
    '1 queued running',
    '2 running retrying',
    '3 retrying running',
    '4 running dead_lettered',
  ]);
  t.equal(await oldestDueSeconds(db), 0);
});

t.test('a job of an earlier run claims nothing of the next', async (t) => {
  const { db, executionId, plan } = await setUp(t);
  const planned = plan();
  await planExecutions(db, [planned], LEASE_MS);
  const deliveryId = planned.deliveries[0]?.id ?? '';
  const claim = async (run: number) =>
    (await claimDeliveries(db, [{ deliveryId, run, leaseToken: newId() }], { leaseMs: LEASE_MS })).get(
      deliveryId,
    );
  const first = (await claim(1)) as LeasedDelivery;
  await recordAttempts(db, [attempt(first, { ...retry, state: 'dead_lettered', retryInMs: null })]);
  await db.transaction().execute((trx) => retryExecution(trx, { id: executionId, enqueued: false }));
  t.equal(await claim(1), undefined, 'a job that waited in the queue all the while');
  t.match(await claim(2), { run: 2, attempt: 2, runAttempt: 1 });
});

t.test('nothing is sent before its filter decided, whatever happens to it meanwhile', async (t) => {
  const { db, executionId, plan } = await setUp(t);
  const planned = plan();
  const deliveries = planned.deliveries.map((delivery) => ({ ...delivery, isUndecided: true }));
  await planExecutions(db, [{ ...planned, deliveries }], LEASE_MS);
  const deliveryId = deliveries[0]?.id ?? '';
  const claim = async (run: number) => {
    const requests = [{ deliveryId, run, leaseToken: newId() }];
    return (await claimDeliveries(db, requests, { leaseMs: LEASE_MS })).get(deliveryId) as LeasedDelivery;
  };
  const again = () =>
    db.transaction().execute((trx) => retryExecution(trx, { id: executionId, enqueued: false }));

  const first = await claim(1);
  t.match(first, { isUndecided: true, attempt: 1, runAttempt: 1 });
  const unavailable = { ...retry, outcome: 'expression_unavailable', isUncounted: true };
  await recordAttempts(db, [attempt(first, unavailable)]);
  const second = await claim(1);
  t.match(second, { isUndecided: true, attempt: 2, runAttempt: 1 }, 'what was not tried is not counted');
  await recordAttempts(db, [
    attempt(second, { ...retry, outcome: 'worker_lost', state: 'dead_lettered', retryInMs: null }),
  ]);
  await again();
  const third = await claim(2);
  t.match(third, { isUndecided: true, runAttempt: 1 });
  const decided = { ...third, isUndecided: false };
  await recordAttempts(db, [attempt(decided, { ...retry, state: 'failed', retryInMs: null })]);
  await again();
  t.match(await claim(3), { isUndecided: false });
});

t.test('siblings recorded at the same moment by different processes still roll up', async (t) => {
  for (let round = 0; round < 5; round++) {
    const { db, plan, execution } = await setUp(t, 4);
    const planned = plan();
    await planExecutions(db, [planned], LEASE_MS);
    const requests = planned.deliveries.map(({ id }) => ({ deliveryId: id, run: 1, leaseToken: newId() }));
    const claimed = [...(await claimDeliveries(db, requests, { leaseMs: LEASE_MS })).values()];
    t.equal(claimed.length, 4);
    await Promise.all(claimed.map((delivery) => recordAttempts(db, [attempt(delivery)])));
    t.equal((await execution()).state, 'succeeded');
  }
});

t.test('a cancelled execution: the running attempt may succeed, anything else ends cancelled', async (t) => {
  for (const [overrides, state] of [
    [{}, 'succeeded'],
    [retry, 'cancelled'],
  ] as const) {
    const { db, plan, execution } = await setUp(t);
    const planned = plan();
    await planExecutions(db, [planned], LEASE_MS);
    const deliveryId = planned.deliveries[0]?.id ?? '';
    const claimed = await claimDeliveries(db, [{ deliveryId, run: 1, leaseToken: newId() }], {
      leaseMs: LEASE_MS,
    });
    await db.updateTable('workflow_executions').set({ cancel_requested_at: new Date() }).execute();
    await recordAttempts(db, [attempt(claimed.get(deliveryId) as LeasedDelivery, overrides)]);
    t.equal((await execution()).state, state);
  }
});

t.test('a cancelled execution whose worker died is not sent again', async (t) => {
  const { db, plan, execution, attempts } = await setUp(t);
  const planned = plan(newId());
  await planExecutions(db, [planned], LEASE_MS);
  await db.updateTable('workflow_executions').set({ cancel_requested_at: new Date() }).execute();
  await expireLeases(db);
  const deliveryId = planned.deliveries[0]?.id ?? '';
  t.same(
    await claimDeliveries(db, [{ deliveryId, run: 1, leaseToken: newId() }], { leaseMs: LEASE_MS }),
    new Map(),
  );
  t.equal((await execution()).state, 'cancelled');
  t.match(await attempts(), [{ result: 'ambiguous' }]);
});

t.test('several relays at once: every due row goes to one of them, oldest first', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId } = await insertWorkflow(db);
  const ids: string[] = [];
  for (let i = 0; i < 60; i++) ids.push(await insertExecution(pool, workflowId));
  const first = await takeDue(db, 5);
  t.same(first.map((work) => work.id).sort(), ids.slice(0, 5));
  const taken = await Promise.all(Array.from({ length: 6 }, () => takeDue(db, 20)));
  const rest = taken.flat().map((work) => work.id);
  t.equal(new Set(rest).size, rest.length, 'none twice');
  t.ok(rest.length + 5 <= ids.length && rest.length >= 40);
});

t.test('the database refuses moves that the states do not have', async (t) => {
  const { db, execution } = await setUp(t);
  const move = (state: 'running' | 'queued' | 'failed' | 'succeeded', run = 1) =>
    db.updateTable('workflow_executions').set({ state, run }).execute();
  t.equal(await constraintOf(move('failed')), 'execution_moves');
  await move('running');
  t.equal(await constraintOf(move('queued')), 'execution_moves');
  await move('failed');
  t.equal(await constraintOf(move('queued')), 'execution_moves', 'a retry must be a new run');
  await move('queued', 2);
  await move('running', 2);
  await move('succeeded', 2);
  t.equal(await constraintOf(move('queued', 3)), 'execution_moves');
  t.equal((await execution()).seq, 5);
});
