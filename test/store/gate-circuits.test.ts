import { sql } from 'kysely';
import { DEFAULT_CIRCUIT_BREAKER } from '../../src/domain/circuit-breaker.ts';
import { newId } from '../../src/domain/ids.ts';
import { cancelExecution } from '../../src/store/execution-actions.ts';
import { releaseHeld } from '../../src/store/gate-release.ts';
import { deleteLeftGates } from '../../src/store/gate-upkeep.ts';
import { circuitsOf, countHeld, countOpenCircuits, countOutcomes } from '../../src/store/gates.ts';
import { recordAttempts } from '../../src/store/record.ts';
import type { LeasedDelivery } from '../../src/store/work.ts';
import { blocked } from '../helpers/blocked.ts';
import { expireLeases } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { attempt } from '../http/worker.ts';
import { idsOf, setUpGate } from './gated.ts';

t.test('what has no pace and no open circuit has no gate', async (t) => {
  const { db, ids, claim, succeed } = await setUpGate(t);
  const claimed = await claim(ids);
  t.same(idsOf(claimed), ids);
  t.same(
    claimed.map(({ gate }) => gate),
    [undefined, undefined, undefined],
  );
  for (const delivery of claimed) await succeed(delivery);
  t.same(await db.selectFrom('endpoint_gates').selectAll().execute(), []);
  t.same(await releaseHeld(db, []), { work: [], events: 0, nextInMs: null, postponed: [] });
});

t.test('an open circuit holds everything, lets one through when its time is over, and closes', async (t) => {
  const { db, endpointId, ids, plan, claim, rows, pass, fail } = await setUpGate(t, { deliveries: 4 });
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

  const tally = { endpointId, breaker: DEFAULT_CIRCUIT_BREAKER };
  const failed = {
    ...tally,
    outcomes: [{ startedMs: Date.now(), failed: true }],
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
  const passed = { ...tally, outcomes: [], probe: { deliveryId: next?.id ?? '', health } };
  t.match(await countOutcomes(db, [passed]), [{ to: 'closed' }]);
  t.equal((await releaseHeld(db, [])).work.length, 2, 'all that waited go');
  t.same(await fail(20, Date.now() - 60_000), [], 'those that began before it closed come late');
  t.match(await fail(20), [{ to: 'open' }]);
});

t.test('a probe that ends without a word is followed by another', async (t) => {
  const { db, endpointId, ids, planned, claim, pass, fail } = await setUpGate(t);
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

t.test('circuits that nobody wants to pass any more are not open', async (t) => {
  const { db, ids, claim, pass, fail } = await setUpGate(t);
  await fail(20);
  t.equal(await countOpenCircuits(db), 1);
  await pass(30_000);
  t.equal(await countOpenCircuits(db), 0, 'its time is over');
  const [probe] = await claim(ids);
  t.equal(await countOpenCircuits(db), 1, 'one is tried');
  await recordAttempts(db, [attempt(probe as LeasedDelivery, {})]);
  t.equal(await countOpenCircuits(db), 0);
});

t.test('the gate of an endpoint that is deleted lets all go that it held', async (t) => {
  const { db, endpointId, ids, claim, rows, fail } = await setUpGate(t);
  await fail(20);
  t.same(await claim(ids), []);
  await sql`DELETE FROM webhook_endpoints WHERE id = ${endpointId}`.execute(db);
  t.same(idsOf((await releaseHeld(db, [])).work).sort(), ids);
  t.same(
    (await claim(ids)).map(({ gate }) => gate),
    [undefined, undefined, undefined],
  );
  t.same(
    (await rows()).map(({ gate }) => gate),
    [null, null, null],
  );
  t.equal(await deleteLeftGates(db), 1);
});

t.test('versions never run out', async (t) => {
  const { db, ids, claim, plan, pass } = await setUpGate(t, { pace: { perSecond: 0.1 } });
  await claim(ids);
  await sql`UPDATE endpoint_gates SET version = 2147483647, line_version = 2147483647`.execute(db);
  await plan();
  await pass(10_000);
  t.same(idsOf((await releaseHeld(db, [])).work), [ids[1]]);
  const gate = await db.selectFrom('endpoint_gates').selectAll().executeTakeFirstOrThrow();
  t.match(gate, { version: '2147483648', line_version: '2147483648' });
});

t.test('a worker of an older release cannot take what is held', async (t) => {
  const { db, ids, claim } = await setUpGate(t, { pace: { perSecond: 0.1 } });
  await claim(ids);
  const taken =
    await sql`UPDATE deliveries SET state = 'sending', lease_token = ${newId()} WHERE id = ${ids[1]}`
      .execute(db)
      .then(
        () => 'taken',
        (error: { constraint?: string }) => error.constraint,
      );
  t.equal(taken, 'deliveries_held_check');
});

t.test('what is not due is waited for, however many gates there are', async (t) => {
  const { db } = await setUpGate(t, { deliveries: 0 });
  await sql`
    INSERT INTO endpoint_gates (endpoint_id, organization_id, release_at)
    SELECT gen_random_uuid(), gen_random_uuid(), now() + interval '1 hour' FROM generate_series(1, 60)`.execute(
    db,
  );
  const { nextInMs } = await releaseHeld(db, []);
  t.ok(nextInMs !== null && nextInMs > 3_000_000);
  await sql`UPDATE endpoint_gates SET release_at = now()`.execute(db);
  t.equal((await releaseHeld(db, [])).nextInMs, 0, 'others are due');
});

t.test('a place that came free while somebody else decided is to be told again', async (t) => {
  const { db, endpointId, ids, claim, succeed } = await setUpGate(t, { pace: { concurrency: 1 } });
  const [first] = await claim(ids);
  await succeed(first as LeasedDelivery);
  const released = await db.transaction().execute(async (trx) => {
    await sql`UPDATE endpoint_gates SET version = version + 1`.execute(trx);
    const releasing = releaseHeld(db, [endpointId]);
    await blocked(db, 1);
    return { releasing };
  });
  t.match(await released.releasing, { work: { length: 0 }, nextInMs: 0, postponed: [endpointId] });
  t.match(await releaseHeld(db, [endpointId]), { work: [{ id: ids[1] }], postponed: { length: 0 } });
});
