import { sql } from 'kysely';
import { renewLeases } from '../../src/store/claim.ts';
import { cancelExecution } from '../../src/store/execution-actions.ts';
import { recordAttempts } from '../../src/store/record.ts';
import { lockExecutions } from '../../src/store/roll-up.ts';
import { expireLeases } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { AWAITING, attempt, FAILING, setUp, type World } from './waiting.ts';

t.test('before the answer: kept, and settled by whatever the answer is', async (t) => {
  for (const [status, state, outcome] of [
    ['success', 'succeeded', 'confirmed'],
    ['failure', 'failed', 'n8n_workflow_failed'],
  ] as const) {
    for (const end of [AWAITING, FAILING, {}, { ...FAILING, state: 'failed', retryInMs: null }] as const) {
      const world = await setUp(t);
      const delivery = await world.claim();
      t.match(await world.call({ status, attempt: 1 }), { status: 'early', executionState: 'running' });
      t.match(await world.call({ status }), { status: 'recorded' }, 'the second time says nothing new');
      const recorded = await recordAttempts(world.db, [attempt(delivery, end)]);
      t.equal(recorded.get(delivery.id)?.state, state);
      t.match(await world.delivery(), { state, outcome, next_attempt_at: null, early_callback: null });
      t.match(await world.execution(), { state, outcome });
      const answer = { outcome: 'outcome' in end ? end.outcome : 'delivered', next_attempt_at: null };
      t.match(await world.attempts(), [answer], 'what the endpoint answered stays known');
    }
  }
});

t.test('before the answer, first a failure and then a success: the workflow was run again', async (t) => {
  const world = await setUp(t);
  const delivery = await world.claim();
  await world.call({ status: 'failure' });
  t.match(await world.call(), { status: 'early' });
  t.match(await world.call({ status: 'failure' }), { status: 'recorded' });
  await recordAttempts(world.db, [attempt(delivery, AWAITING)]);
  t.match(await world.delivery(), { state: 'succeeded', confirmed_by: 'callback' });
});

t.test('before the worker was lost: the word counts, and nothing is sent again', async (t) => {
  for (const [status, state] of [
    ['success', 'succeeded'],
    ['failure', 'failed'],
  ] as const) {
    const world = await setUp(t, 2);
    await world.claim();
    await world.call({ status, deliveryId: world.idAt(0) });
    await expireLeases(world.db);
    await t.rejects(world.claim(), { message: 'not claimed' });
    t.match(await world.delivery(), { state, lease_token: null, early_callback: null });
    t.match(await world.attempts(), [{ outcome: 'worker_lost', result: 'ambiguous' }]);
    t.match(await world.execution(), { state: 'running' }, 'its sibling is still to be sent');
    await world.send({}, 1);
    t.match(await world.execution(), { state });
  }
});

t.test('cancelled while it was being sent: an early success wins', async (t) => {
  for (const [status, state] of [
    ['success', 'succeeded'],
    ['failure', 'cancelled'],
  ] as const) {
    for (const isLost of [false, true]) {
      const world = await setUp(t);
      const delivery = await world.claim();
      await world.call({ status });
      await world.db.transaction().execute((trx) => cancelExecution(trx, world.executionId));
      if (isLost) {
        await expireLeases(world.db);
        await t.rejects(world.claim(), { message: 'not claimed' });
      } else await recordAttempts(world.db, [attempt(delivery, AWAITING)]);
      t.match(await world.execution(), { state });
      t.match(await world.delivery(), { state });
    }
  }
});

t.test('twenty callbacks at once: one counts', async (t) => {
  const world = await setUp(t);
  await world.send(AWAITING);
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) => world.call({ status: i % 2 === 0 ? 'success' : 'failure' })),
  );
  t.equal(results.filter(({ status }) => status === 'applied').length, 1);
  t.equal((await world.transitions()).length, 3);
  const { state } = await world.execution();
  const expected = state === 'succeeded' ? ['applied', 'recorded', 'late'] : ['applied', 'late', 'recorded'];
  t.same([...new Set(results.map(({ status }) => status))].sort(), expected.sort());
});

t.test(
  'a callback and the record of its attempt at the same time end the same, whoever is first',
  async (t) => {
    const seen = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const world = await setUp(t);
      const delivery = await world.claim();
      const record = () => recordAttempts(world.db, [attempt(delivery, AWAITING)]);
      const recordedFirst = round % 2 === 0 ? record() : null;
      const [called] = await Promise.all([world.call(), recordedFirst ?? record()]);
      seen.add(called.status);
      t.match(await world.execution(), {
        state: 'succeeded',
        confirmed_by: 'callback',
        outcome: 'confirmed',
      });
      t.match(await world.delivery(), { state: 'succeeded', early_callback: null });
    }
    t.ok(
      [...seen].every((status) => ['early', 'applied'].includes(status)),
      [...seen].join(),
    );
  },
);
t.test('one of the two waits for the other, and sees what it wrote', async (t) => {
  for (const first of ['callback', 'record'] as const) {
    const world = await setUp(t);
    const delivery = await world.claim();
    const record = () => recordAttempts(world.db, [attempt(delivery, AWAITING)]);
    const both = await world.db.transaction().execute(async (trx) => {
      await lockExecutions(trx, [world.executionId]);
      // Both queue up behind this transaction, one after the other.
      const call = first === 'callback' ? world.call() : null;
      if (call) await waitsForLock(world, 1);
      const recorded = record();
      await waitsForLock(world, call ? 2 : 1);
      const called = call ?? world.call();
      await waitsForLock(world, 2);
      return { both: Promise.all([called, recorded]) };
    });
    const [called] = await both.both;
    t.equal(called.status, first === 'callback' ? 'early' : 'applied');
    t.match(await world.execution(), { state: 'succeeded', confirmed_by: 'callback' });
  }
});

t.test(
  'leases are renewed in the order of their ids, as a callback locks what it may be about',
  async (t) => {
    const world = await setUp(t, 2);
    const leases = [await world.claim(0), await world.claim(1)].map(({ leaseToken }) => leaseToken);
    // Found last, unless they are put into order.
    await sql`UPDATE deliveries SET enqueued_at = NULL WHERE id = ${world.idAt(0)}`.execute(world.db);
    const lock = (i: number) => sql`SELECT FROM deliveries WHERE id = ${world.idAt(i)} FOR UPDATE NOWAIT`;
    const { renewed } = await world.db.transaction().execute(async (trx) => {
      await lock(0).execute(trx);
      const renewed = renewLeases(world.db, leases, 3_600_000);
      await waitsForLock(world, 1);
      await lock(1).execute(trx);
      return { renewed };
    });
    await renewed;
    for (const i of [0, 1]) t.ok(Number((await world.delivery(i)).lease_until) > Date.now() + 1_800_000);
  },
);

async function waitsForLock(world: World, count: number): Promise<void> {
  for (;;) {
    const { rows } = await world.pool.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if (rows.length >= count) return;
  }
}
