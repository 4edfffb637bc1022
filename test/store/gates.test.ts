import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { DEFAULT_CIRCUIT_BREAKER } from '../../src/domain/circuit-breaker.ts';
import { newId } from '../../src/domain/ids.ts';
import { claimDeliveries } from '../../src/store/claim.ts';
import { oldestDueSeconds, takeDue } from '../../src/store/due.ts';
import { cancelExecution } from '../../src/store/execution-actions.ts';
import { releaseHeld } from '../../src/store/gate-release.ts';
import { circuitsOf, countHeld, countOpenCircuits, countOutcomes } from '../../src/store/gates.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { recordAttempts } from '../../src/store/record.ts';
import type { LeasedDelivery } from '../../src/store/work.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { expireLeases, insertExecution, insertWorkflow } from '../helpers/rows.ts';
import { attempt } from '../http/worker.ts';

const LEASE_MS = 15_000;

interface Pace {
  perSecond?: number;
  concurrency?: number;
}

/** An endpoint with a pace, and as many pending deliveries to it as asked for. */
async function setUp(t: Test, { pace = {}, deliveries = 3 }: { pace?: Pace; deliveries?: number } = {}) {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId, triggers } = await insertWorkflow(db, ['http://127.0.0.1:1/']);
  const [trigger = { triggerId: '', endpointId: '' }] = triggers;
  const { endpointId } = trigger;
  await sql`
    UPDATE webhook_endpoints SET pace_per_second = ${pace.perSecond ?? null}, pace_concurrency = ${pace.concurrency ?? null}
    WHERE id = ${endpointId}`.execute(db);
  const plan = async (leaseToken: string | null = null) => {
    const executionId = await insertExecution(pool, workflowId);
    const delivery = { id: newId(), ...trigger, leaseToken };
    const planned = { executionId, run: 1, outcome: null, state: 'running' as const, deliveries: [delivery] };
    const moved = await planExecutions(db, [planned], LEASE_MS);
    return { id: delivery.id, executionId, ...moved.get(executionId) };
  };
  const planned: Awaited<ReturnType<typeof plan>>[] = [];
  for (let i = 0; i < deliveries; i += 1) planned.push(await plan());
  const claim = async (ids: string[]) => {
    const requests = ids.map((deliveryId) => ({ deliveryId, run: 1, leaseToken: newId() }));
    return [...(await claimDeliveries(db, requests, LEASE_MS)).values()];
  };
  const rows = async () =>
    (
      await sql<{ id: string; gate: string | null; state: string; attempts: number; due_in: number }>`
      SELECT id, gate, state, attempts, extract(epoch FROM next_attempt_at - now())::float8 AS due_in
      FROM deliveries ORDER BY id`.execute(db)
    ).rows;
  const succeed = (delivery: LeasedDelivery) => recordAttempts(db, [attempt(delivery, {})]);
  /** As if so many milliseconds had gone by for the gate. */
  const pass = (ms: number) =>
    sql`UPDATE endpoint_gates SET next_slot_at = next_slot_at - ${ms} * interval '1 ms',
      open_until = open_until - ${ms} * interval '1 ms', release_at = release_at - ${ms} * interval '1 ms'`.execute(
      db,
    );
  const fail = (attempts: number) =>
    countOutcomes(db, [
      { endpointId, breaker: DEFAULT_CIRCUIT_BREAKER, attempts, failures: attempts, probe: null },
    ]);
  const ids = planned.map(({ id }) => id);
  return { db, endpointId, plan, planned, ids, claim, rows, succeed, pass, fail };
}

const idsOf = (items: { id: string }[]) => items.map(({ id }) => id);

t.test('what has no pace and no open circuit has no gate', async (t) => {
  const { db, ids, claim, succeed } = await setUp(t);
  const claimed = await claim(ids);
  t.same(idsOf(claimed), ids);
  t.same(
    claimed.map(({ gate }) => gate),
    [undefined, undefined, undefined],
  );
  for (const delivery of claimed) await succeed(delivery);
  t.same(await db.selectFrom('endpoint_gates').selectAll().execute(), []);
  t.same(await releaseHeld(db, []), { work: [], nextInMs: null });
});

t.test('a pace: the first goes at once, the others in their order, each in its slot', async (t) => {
  const { db, ids, claim, rows, pass } = await setUp(t, { pace: { perSecond: 0.1 } });
  t.same(idsOf(await claim(ids)), ids.slice(0, 1));
  const [, second, third] = await rows();
  t.match(
    [second, third],
    [
      { gate: 'held', state: 'pending', attempts: 0 },
      { gate: 'held', attempts: 0 },
    ],
  );
  t.ok(Math.abs((third?.due_in ?? 0) - (second?.due_in ?? 0) - 10) < 0.5, 'it says when each will go');
  t.same(await countHeld(db), { pace: 2, circuit: 0 });

  t.same(await claim(ids), [], 'a job for what is held does nothing');
  const soon = await releaseHeld(db, []);
  t.same(soon.work, []);
  t.ok(soon.nextInMs !== null && soon.nextInMs > 5_000 && soon.nextInMs <= 10_000);

  await pass(10_000);
  const slot = await releaseHeld(db, []);
  t.same(slot.work, [{ kind: 'delivery', id: ids[1], run: 1 }]);
  t.same((await releaseHeld(db, [])).work, [], 'one slot, one delivery');
  const [claimed] = await claim(ids);
  t.match(claimed, { id: ids[1], attempt: 1, gate: { probe: false } }, 'it takes no second slot');
});

t.test(
  'what is held is not due, whatever its time, and says nothing about work that stands still',
  async (t) => {
    const { db, ids, claim } = await setUp(t, { pace: { perSecond: 0.01 } });
    await claim(ids);
    await sql`UPDATE deliveries SET next_attempt_at = now() - interval '1 hour' WHERE gate = 'held'`.execute(
      db,
    );
    t.same(await takeDue(db, 10), []);
    t.equal(await oldestDueSeconds(db), 0);
    const plan = await db.transaction().execute(async (trx) => {
      await sql`SET LOCAL enable_seqscan = off`.execute(trx);
      return sql<{ 'QUERY PLAN': string }>`
      EXPLAIN SELECT min(next_attempt_at) FROM deliveries
      WHERE next_attempt_at <= now() AND gate IS DISTINCT FROM 'held'`.execute(trx);
    });
    const text = plan.rows.map((row) => row['QUERY PLAN']).join(' ');
    t.match(text, /deliveries_due/, 'nobody wades through it: the index is without it');
  },
);

t.test('those who come later wait behind those who wait', async (t) => {
  const { db, ids, plan, claim, pass } = await setUp(t, { pace: { perSecond: 0.1 } });
  await claim(ids);
  await pass(10_000);
  const late = await plan();
  t.same(late.held, [late.id], 'although a slot is free');
  t.same(await claim([late.id]), []);
  const { rows } = await sql<{ step: number }>`
    SELECT extract(epoch FROM max(next_attempt_at) - min(next_attempt_at))::float8 AS step
    FROM deliveries WHERE id IN (${ids[2]}, ${late.id})`.execute(db);
  t.ok(Math.abs((rows[0]?.step ?? 0) - 10) < 0.5, 'one slot behind the last');
  t.same(idsOf((await releaseHeld(db, [])).work), [ids[1]]);
});

t.test('an endpoint that is behind its pace catches up by one second at the most', async (t) => {
  const { db, ids, claim, pass } = await setUp(t, { pace: { perSecond: 4 }, deliveries: 12 });
  t.equal((await claim(ids)).length, 1);
  await pass(3_600_000);
  t.equal((await releaseHeld(db, [])).work.length, 4);
  await pass(3_600_000);
  t.equal((await releaseHeld(db, [])).work.length, 0, 'no more than a second of them are on their way');
});

t.test('at most so many under way; each that ends lets the next go', async (t) => {
  const { db, endpointId, ids, claim, succeed } = await setUp(t, { pace: { concurrency: 2 }, deliveries: 4 });
  const claimed = await claim(ids);
  t.same(idsOf(claimed), ids.slice(0, 2));
  t.same((await releaseHeld(db, [endpointId])).work, [], 'all places are taken');
  await succeed(claimed[0] as LeasedDelivery);
  t.same(idsOf((await releaseHeld(db, [endpointId])).work), [ids[2]]);
  t.same((await releaseHeld(db, [endpointId])).work, [], 'the place is its own before it is claimed');
  const [third] = await claim(ids);
  t.equal(third?.id, ids[2]);

  await expireLeases(db);
  const lost = await claim(ids.slice(1, 2));
  t.match(lost, [{ id: ids[1], afterLost: true, attempt: 2 }], 'one whose worker was lost keeps its place');
  for (const delivery of [...lost, ...(third ? [third] : [])]) await succeed(delivery);
  t.same(idsOf((await releaseHeld(db, [endpointId])).work), [ids[3]]);
});

t.test('several processes at once let no more through than one', async (t) => {
  const { db, endpointId, ids, claim, rows } = await setUp(t, { pace: { concurrency: 3 }, deliveries: 20 });
  const claims = await Promise.all(ids.map((id) => claim([id])));
  const through = claims.flat();
  t.equal(through.length, 3);
  await Promise.all(through.map((delivery) => recordAttempts(db, [attempt(delivery, {})])));
  const released = await Promise.all(Array.from({ length: 4 }, () => releaseHeld(db, [endpointId])));
  t.equal(released.flatMap(({ work }) => work).length, 3);
  t.equal((await rows()).filter(({ gate }) => gate === 'held').length, 14);
});

t.test('a pace that is lifted lets all go', async (t) => {
  const { db, ids, claim, pass } = await setUp(t, { pace: { perSecond: 0.01 }, deliveries: 4 });
  await claim(ids);
  await sql`UPDATE webhook_endpoints SET pace_per_second = NULL`.execute(db);
  await pass(200_000);
  t.same(idsOf((await releaseHeld(db, [])).work).sort(), ids.slice(1));
  t.same(
    (await claim(ids)).map(({ gate }) => gate),
    [undefined, undefined, undefined],
  );
});

t.test('an open circuit holds everything, lets one through when its time is over, and closes', async (t) => {
  const { db, endpointId, ids, plan, claim, rows, pass, fail } = await setUp(t, { deliveries: 4 });
  t.same(await fail(19), []);
  t.same((await circuitsOf(db, [endpointId])).get(endpointId), { state: 'closed', openUntil: null });
  t.match(await fail(1), [{ endpointId, to: 'open' }]);
  t.equal((await circuitsOf(db, [endpointId])).get(endpointId)?.state, 'open');
  t.equal(await countOpenCircuits(db), 1);

  t.same((await plan(newId())).leased, [], 'whoever plans does not send');
  t.same(await claim(ids), []);
  t.same(
    new Set(
      (await rows())
        .filter(({ id }) => ids.includes(id))
        .map((row) => `${row.gate} ${row.state} ${row.attempts}`),
    ),
    new Set(['held pending 0']),
    'no attempt is counted',
  );
  t.same(await countHeld(db), { pace: 0, circuit: 4 });
  t.same((await releaseHeld(db, [endpointId])).work, []);

  await pass(30_000);
  const [probe, ...others] = (await releaseHeld(db, [])).work;
  t.same(others, []);
  t.same((await releaseHeld(db, [endpointId])).work, [], 'one at a time');
  const [claimed] = await claim(ids);
  t.match(claimed, { id: probe?.id, gate: { probe: true } });
  t.equal((await circuitsOf(db, [endpointId])).get(endpointId)?.state, 'half_open');

  const tally = { endpointId, breaker: DEFAULT_CIRCUIT_BREAKER, attempts: 1 };
  const failed = {
    ...tally,
    failures: 1,
    probe: { deliveryId: probe?.id ?? '', health: 'failing' as const },
  };
  t.match(await countOutcomes(db, [failed]), [{ to: 'open' }], 'the probe failed');
  await recordAttempts(db, [
    attempt(claimed as LeasedDelivery, {
      state: 'retrying',
      result: 'failed',
      confirmedBy: null,
      retryInMs: 60_000,
    }),
  ]);
  await pass(30_000);
  const [next] = (await releaseHeld(db, [])).work;
  t.not(next?.id, probe?.id);
  await claim(ids);
  const health = 'healthy' as const;
  const passed = { ...tally, failures: 0, probe: { deliveryId: next?.id ?? '', health } };
  t.match(await countOutcomes(db, [passed]), [{ to: 'closed' }]);
  t.equal((await releaseHeld(db, [])).work.length, 2, 'all that waited go');
});

t.test('a probe that ends without a word is followed by another', async (t) => {
  const { db, endpointId, ids, planned, claim, pass, fail } = await setUp(t);
  await fail(20);
  await claim(ids);
  await pass(30_000);
  const [probe] = (await releaseHeld(db, [])).work;
  const executionId = planned.find(({ id }) => id === probe?.id)?.executionId ?? '';
  await db.transaction().execute((trx) => cancelExecution(trx, executionId));
  const [next] = (await releaseHeld(db, [endpointId])).work;
  t.ok(next && next.id !== probe?.id);
  const [claimed] = await claim(ids);
  await expireLeases(db);
  t.match(
    await claim(ids),
    [{ id: claimed?.id, afterLost: true, gate: { probe: true } }],
    'a lost one stays it',
  );
});

t.test('what is held of an endpoint that is deleted is due', async (t) => {
  const { db, endpointId, ids, claim, fail } = await setUp(t);
  await fail(20);
  t.same(await claim(ids), []);
  await sql`DELETE FROM webhook_endpoints WHERE id = ${endpointId}`.execute(db);
  t.same(idsOf(await takeDue(db, 10)).sort(), ids);
  t.equal((await claim(ids)).length, 3);
});
