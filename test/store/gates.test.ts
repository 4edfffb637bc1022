import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID } from '../../src/domain/ids.ts';
import { oldestDueSeconds, takeDue } from '../../src/store/due.ts';
import { releaseHeld } from '../../src/store/gate-release.ts';
import { countHeld } from '../../src/store/gates.ts';
import { recordAttempts } from '../../src/store/record.ts';
import type { LeasedDelivery } from '../../src/store/work.ts';
import { expireLeases } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { attempt } from '../http/worker.ts';
import { idsOf, setUpGate } from './gated.ts';

t.test('a pace: the first goes at once, the others in their order, each in its slot', async (t) => {
  const { db, ids, claim, rows, pass } = await setUpGate(t, { pace: { perSecond: 0.1 } });
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
  t.same(slot.work, [{ kind: 'delivery', id: ids[1], run: 1, organizationId: DEFAULT_ORGANIZATION_ID }]);
  t.same((await releaseHeld(db, [])).work, [], 'one slot, one delivery');
  const [claimed] = await claim(ids);
  t.match(claimed, { id: ids[1], attempt: 1, gate: { probe: false } }, 'it takes no second slot');
});

t.test(
  'what is held is not due, whatever its time, and says nothing about work that stands still',
  async (t) => {
    const { db, ids, claim } = await setUpGate(t, { pace: { perSecond: 0.01 } });
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
    t.match(text, /deliveries_ready/, 'nobody wades through it: the index is without it');
  },
);

t.test('those who come later wait behind those who wait', async (t) => {
  const { db, ids, plan, claim, pass } = await setUpGate(t, { pace: { perSecond: 0.1 } });
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
  const { db, ids, claim, pass } = await setUpGate(t, { pace: { perSecond: 4 }, deliveries: 12 });
  t.equal((await claim(ids)).length, 1);
  await pass(3_600_000);
  t.equal((await releaseHeld(db, [])).work.length, 4);
  await pass(3_600_000);
  t.equal((await releaseHeld(db, [])).work.length, 0, 'no more than a second of them are on their way');
});

t.test('at most so many under way; each that ends lets the next go', async (t) => {
  const { db, endpointId, ids, claim, succeed } = await setUpGate(t, {
    pace: { concurrency: 2 },
    deliveries: 4,
  });
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
  const { db, endpointId, ids, claim, rows } = await setUpGate(t, {
    pace: { concurrency: 3 },
    deliveries: 20,
  });
  const claims = await Promise.all(ids.map((id) => claim([id])));
  const through = claims.flat();
  t.equal(through.length, 3);
  await Promise.all(through.map((delivery) => recordAttempts(db, [attempt(delivery, {})])));
  const released = await Promise.all(Array.from({ length: 4 }, () => releaseHeld(db, [endpointId])));
  t.equal(released.flatMap(({ work }) => work).length, 3);
  t.equal((await rows()).filter(({ gate }) => gate === 'held').length, 14);
});

t.test('a pace that is lifted lets all go', async (t) => {
  const { db, ids, claim, pass } = await setUpGate(t, { pace: { perSecond: 0.01 }, deliveries: 4 });
  await claim(ids);
  await sql`UPDATE webhook_endpoints SET pace_per_second = NULL`.execute(db);
  await pass(200_000);
  t.same(idsOf((await releaseHeld(db, [])).work).sort(), ids.slice(1));
  t.same(
    (await claim(ids)).map(({ gate }) => gate),
    [undefined, undefined, undefined],
  );
});
