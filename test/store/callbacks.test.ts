import { newId } from '../../src/domain/ids.ts';
import { cancelExecution, retryExecution } from '../../src/store/execution-actions.ts';
import { findExecution } from '../../src/store/execution-detail.ts';
import { recordAttempts } from '../../src/store/record.ts';
import { findProgress } from '../../src/store/transitions.ts';
import t from '../helpers/tap.ts';
import { AWAITING, attempt, FAILING, setUp, type World } from './waiting.ts';

const moves = async (world: World) =>
  (await world.transitions()).map((row) => `${row.seq} ${row.from_state} ${row.to_state} ${row.outcome}`);

t.test('what is waiting ends by n8n’s word', async (t) => {
  await t.test('success', async (t) => {
    const world = await setUp(t);
    const { created_at } = await world.execution();
    await world.send(AWAITING);
    t.match(await world.execution(), { state: 'waiting', outcome: 'delivered', finished_at: null });
    const waiting = await world.delivery();
    t.match(waiting, { state: 'waiting', gate: null, finished_at: null, lease_token: null });
    t.same(waiting.next_attempt_at, waiting.awaited_until, 'the relay brings it when it is overdue');
    t.match(await world.attempts(), [{ outcome: 'delivered', result: 'succeeded', next_attempt_at: null }]);

    const data = '{"invoice":"R-1","total":12345678901234567890,"nothing":"\\u0000"}';
    t.match(await world.call({ n8nStatus: 'success', n8nExecutionId: '4711', data }), {
      status: 'applied',
      executionState: 'succeeded',
      deliveryId: world.idAt(0),
      endedSince: created_at,
    });
    t.match(await world.execution(), { state: 'succeeded', outcome: 'confirmed', confirmed_by: 'callback' });
    const ended = await world.delivery();
    t.match(ended, {
      state: 'succeeded',
      outcome: 'confirmed',
      confirmed_by: 'callback',
      next_attempt_at: null,
      awaited_until: null,
      n8n_execution_id: '4711',
      callback: { event: 'order.processed', status: 'success', effect: 'applied', n8nStatus: 'success' },
    });
    const { rows } = await world.pool.query('SELECT callback::text AS text FROM deliveries');
    t.ok(String(rows[0].text).includes(data), 'the data is kept as it was written');
    t.same(await moves(world), [
      '1 queued running null',
      '2 running waiting delivered',
      '3 waiting succeeded confirmed',
    ]);

    t.match(await world.call(), { status: 'recorded', executionState: 'succeeded', endedSince: null });
    t.match(await world.call({ status: 'failure' }), { status: 'late', executionState: 'succeeded' });
    t.match(await world.delivery(), { state: 'succeeded', callback: { status: 'success' } });
  });

  await t.test('failure', async (t) => {
    const world = await setUp(t);
    await world.send(AWAITING);
    const data = '{"error":{"message":"The card was refused"}}';
    t.match(await world.call({ status: 'failure', n8nStatus: 'error', data }), {
      status: 'applied',
      executionState: 'failed',
    });
    t.match(await world.execution(), { state: 'failed', outcome: 'n8n_workflow_failed', confirmed_by: null });
    t.match(await world.delivery(), {
      state: 'failed',
      callback: { error: 'The card was refused', advice: /retry the execution/ },
    });
    t.match(await world.call({ status: 'failure' }), { status: 'recorded' });
    t.match(await world.call(), { status: 'late', executionState: 'failed' }, 'and nothing revives it');
    t.match(await world.delivery(), { state: 'failed', callback: { error: 'The card was refused' } });
  });

  await t.test('the words that n8n’s Error Trigger has, and none', async (t) => {
    for (const [data, error] of [
      ['[{"execution":{"error":{"message":"ECONNREFUSED"}},"workflow":{"id":"x"}}]', 'ECONNREFUSED'],
      ['"what people write"', 'what people write'],
      [`{"message":${JSON.stringify(`${'x'.repeat(999)}😀`)}}`, 'x'.repeat(999)],
      ['[]', 'n8n says that the workflow failed (crashed).'],
      [null, 'n8n says that the workflow failed (crashed).'],
    ] as const) {
      const world = await setUp(t);
      await world.send(AWAITING);
      await world.call({ status: 'failure', n8nStatus: 'crashed', data });
      t.match(await world.delivery(), { callback: { error } });
    }
  });
});

t.test('while it waits to be sent again, or for its first time', async (t) => {
  await t.test('a success: it need not be', async (t) => {
    for (const prepare of [
      () => undefined,
      (world: World) => world.send(FAILING),
      (world: World) => world.db.updateTable('deliveries').set({ gate: 'held' }).execute(),
    ]) {
      const world = await setUp(t);
      await prepare(world);
      t.match(await world.call(), { status: 'applied', executionState: 'succeeded' });
      t.match(await world.delivery(), { state: 'succeeded', gate: null, next_attempt_at: null });
    }
  });

  await t.test('a failure is only recorded, and forgotten with the next attempt', async (t) => {
    const world = await setUp(t);
    await world.send(FAILING);
    t.match(await world.call({ status: 'failure' }), { status: 'recorded', executionState: 'retrying' });
    t.match(await world.delivery(), { state: 'retrying', callback: { status: 'failure' } });
    await world.hurry();
    await world.claim();
    t.match(await world.delivery(), { state: 'sending', callback: null });
  });
});

t.test('of an attempt before: a failure is stale, a success is one', async (t) => {
  const prepare = async (t: Parameters<typeof setUp>[0], end: typeof AWAITING | null) => {
    const world = await setUp(t);
    await world.send(FAILING);
    await world.hurry();
    const delivery = await world.claim();
    if (end) await recordAttempts(world.db, [attempt(delivery, end)]);
    return world;
  };
  const longAgo = new Date(Date.now() - 3_600_000);
  for (const end of [AWAITING, null]) {
    const world = await prepare(t, end);
    for (const old of [{ attempt: 1 }, { sentAt: longAgo }]) {
      const result = await world.call({ status: 'failure', ...old });
      t.match(result, { status: 'stale', deliveryId: world.idAt(0) });
    }
    t.match(await world.delivery(), { state: end ? 'waiting' : 'sending', early_callback: null });
    const present = { attempt: 2, sentAt: longAgo };
    t.match(await world.call({ status: 'failure', ...present }), { status: end ? 'applied' : 'early' });
    const another = await prepare(t, end);
    t.match(await another.call({ attempt: 1 }), { status: end ? 'applied' : 'early' });
  }
  const first = await setUp(t);
  await first.send(AWAITING);
  const result = await first.call({ status: 'failure', sentAt: new Date(Date.now() - 900) });
  t.match(result, { status: 'applied' }, 'there is no attempt before the first, whatever the clocks say');
});

t.test('whose it is', async (t) => {
  const world = await setUp(t, 2);
  const other = await setUp(t);
  for (const wrong of [
    { organizationId: newId() },
    { executionId: newId() },
    { workflowId: newId() },
    { deliveryId: newId() },
    { deliveryId: other.idAt(0) },
    { endpointId: newId() },
    { deliveryId: world.idAt(0), endpointId: world.triggers[1]?.endpointId ?? '' },
  ]) {
    t.same(await world.call(wrong), { status: 'not_found' });
    t.same(await world.call({ ...wrong, status: 'progress' }), { status: 'not_found' });
  }
  t.match(await world.call({ workflowId: world.workflowId, deliveryId: world.idAt(1) }), {
    status: 'applied',
    deliveryId: world.idAt(1),
    executionState: 'running',
  });
});

t.test('which of several', async (t) => {
  const world = await setUp(t, 3);
  await world.send(AWAITING, 0);
  await world.send(AWAITING, 1);
  const open = [0, 1, 2].map(world.idAt);
  t.same(await world.call(), { status: 'ambiguous', deliveryIds: open });
  t.match(await world.call({ endpointId: world.triggers[1]?.endpointId ?? '' }), {
    status: 'applied',
    deliveryId: world.idAt(1),
  });
  await world.db
    .updateTable('deliveries')
    .set({ state: 'dead_lettered', next_attempt_at: null, is_superseded: true })
    .where('id', '=', world.idAt(2))
    .execute();
  t.match(await world.call({ status: 'failure' }), { deliveryId: world.idAt(0), status: 'applied' });
  t.match(await world.execution(), { state: 'failed', outcome: 'n8n_workflow_failed' });
  t.match(await world.call(), { status: 'late', deliveryId: null, executionState: 'failed' });
  t.match(await world.call({ status: 'failure' }), { status: 'recorded', deliveryId: null });
  t.match(await world.call({ deliveryId: world.idAt(2) }), { status: 'late' });
});

t.test('without anything awaited: what n8n says is kept where nobody said anything', async (t) => {
  const world = await setUp(t);
  await world.send({});
  t.match(await world.call({ status: 'failure', data: '{"error":"later"}', n8nExecutionId: '7' }), {
    status: 'recorded',
    executionState: 'succeeded',
  });
  t.match(await world.call({ data: '1', n8nExecutionId: '8' }), { status: 'recorded' });
  t.match(await world.delivery(), {
    state: 'succeeded',
    confirmed_by: 'http',
    n8n_execution_id: '7',
    callback: { error: 'later', effect: 'recorded' },
  });
});

t.test('progress is told to those who follow, and changes nothing', async (t) => {
  const world = await setUp(t);
  await world.send(AWAITING);
  const told = {
    status: 'progress',
    n8nStatus: 'running',
    n8nExecutionId: '12',
    data: '{"step":1}',
  } as const;
  t.match(await world.call(told), {
    status: 'applied',
    executionState: 'waiting',
    deliveryId: world.idAt(0),
  });
  const big = JSON.stringify({ text: `${'x'.repeat(16_370)}😀😀😀` });
  t.match(await world.call({ status: 'progress', data: big }), { status: 'applied' });
  t.same(await moves(world), [
    '1 queued running null',
    '2 running waiting delivered',
    '3 waiting waiting progress',
    '4 waiting waiting progress',
  ]);
  const position = { executionId: world.executionId, seq: 2 };
  const seen = await world.db.transaction().execute((trx) => findProgress(trx, position));
  t.match(seen?.transitions, [
    { seq: 3, from: 'waiting', to: 'waiting', data: { event: 'order.processed', data: { step: 1 } } },
    { seq: 4, data: { data: { truncated: true, bytes: Buffer.byteLength(big) } } },
  ]);
  t.match(await world.delivery(), { state: 'waiting', n8n_execution_id: '12', callback: null });
  t.match(await world.call(), { status: 'applied', executionState: 'succeeded' });
  t.match(await world.call(told), { status: 'late', executionState: 'succeeded' });
  t.equal((await world.transitions()).length, 5, 'nothing is told of what has ended');
});

t.test('progress of several at once is told in one order, and a thousand times at the most', async (t) => {
  const world = await setUp(t, 2);
  const results = await Promise.all(Array.from({ length: 20 }, () => world.call({ status: 'progress' })));
  t.same(new Set(results.map(({ status }) => status)), new Set(['applied']));
  t.same(
    (await world.transitions()).map((row) => row.seq),
    Array.from({ length: 21 }, (_, i) => i + 1),
  );
  await world.pool.query(
    `INSERT INTO execution_transitions (organization_id, execution_id, seq, from_state, to_state, run, outcome, data)
     SELECT organization_id, id, 21 + n, state, state, run, 'progress', '{}'
     FROM workflow_executions, generate_series(1, 980) AS n`,
  );
  await world.pool.query('UPDATE workflow_executions SET seq = 1001');
  t.match(await world.call({ status: 'progress' }), { status: 'recorded' });
  t.equal((await world.execution()).seq, 1001);
  const shown = await world.db.transaction().execute((trx) => findExecution(trx, world.executionId));
  t.equal(shown?.transitions.length, 102, 'of the reports only the latest are shown at once');
  t.same(shown?.transitions.at(-1)?.seq, 1001);
});

t.test('cancelled while it was waiting: what comes then is late', async (t) => {
  const world = await setUp(t);
  await world.send(AWAITING);
  const cancelled = await world.db.transaction().execute((trx) => cancelExecution(trx, world.executionId));
  t.same(cancelled, { status: 'cancelled' });
  t.match(await world.delivery(), { state: 'cancelled', awaited_until: null, next_attempt_at: null });
  for (const status of ['success', 'failure', 'progress'] as const)
    t.match(await world.call({ status }), { status: 'late', executionState: 'cancelled' });
  t.match(await world.delivery(), { state: 'cancelled', callback: { effect: 'late' } });
});

t.test('a retry by hand begins anew', async (t) => {
  const world = await setUp(t);
  await world.send(AWAITING);
  await world.call({ status: 'failure', n8nExecutionId: '1', data: '{}' });
  await world.db
    .transaction()
    .execute((trx) => retryExecution(trx, { id: world.executionId, enqueued: false }));
  t.match(await world.delivery(), { state: 'pending', callback: null, n8n_execution_id: null });
  t.match(await world.call({ attempt: 1 }), { status: 'applied', executionState: 'succeeded' });
  t.match(await world.execution(), { state: 'succeeded', run: 2, confirmed_by: 'callback' });
});
