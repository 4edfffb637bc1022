import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { lookAgain } from '../../src/store/awaiting.ts';
import { claimDeliveries, renewLeases } from '../../src/store/claim.ts';
import { oldestDueSeconds, takeDue } from '../../src/store/due.ts';
import { recordAttempts } from '../../src/store/record.ts';
import t from '../helpers/tap.ts';
import { AWAITING, attempt, LEASE_MS, setUp, type World } from './waiting.ts';

const OVERDUE = {
  result: 'failed',
  outcome: 'callback_overdue',
  statusCode: null,
  state: 'retrying',
  confirmedBy: null,
  retryInMs: 0,
} as const;

/** Waiting, and due to be looked after. */
async function waiting(t: Parameters<typeof setUp>[0]): Promise<World> {
  const world = await setUp(t);
  await world.send(AWAITING);
  await world.hurry();
  return world;
}

t.test('the relay brings what is to be looked after, and its claim is no attempt', async (t) => {
  const world = await setUp(t);
  await world.send(AWAITING);
  t.same(await takeDue(world.db, 10), [], 'not before its time');
  t.equal(await oldestDueSeconds(world.db), 0);
  await t.rejects(world.claim(), { message: 'not claimed' });
  await world.hurry();
  t.ok((await oldestDueSeconds(world.db)) >= 1);
  t.same(await takeDue(world.db, 10), [
    { kind: 'delivery', id: world.idAt(0), run: 1, organizationId: DEFAULT_ORGANIZATION_ID },
  ]);

  const { started_at: since } = (await world.attempts())[0] ?? {};
  const looked = await world.claim();
  t.match(looked, { attempt: 2, runAttempt: 1, afterLost: false });
  t.same(looked.awaited, { isOverdue: false, attempt: 1, since, n8nExecutionId: null });
  const leased = await world.delivery();
  t.match(leased, { state: 'waiting', attempts: 1, run_attempts: 1, lease_token: looked.leaseToken });
  t.match(await world.execution(), { state: 'waiting', seq: 2 }, 'and the execution goes on waiting');
  t.same(await takeDue(world.db, 10), [], 'a live lease is not due');
  t.equal(await oldestDueSeconds(world.db), 0);
});

t.test('one at a time; whoever dies over it loses nothing', async (t) => {
  const world = await waiting(t);
  const claim = async () => {
    const requests = [{ deliveryId: world.idAt(0), run: 1, leaseToken: newId() }];
    return (await claimDeliveries(world.db, requests, { leaseMs: LEASE_MS })).get(world.idAt(0));
  };
  const claims = (await Promise.all([claim(), claim(), claim()])).filter((claimed) => claimed !== undefined);
  t.equal(claims.length, 1);
  const [lost] = claims;
  if (!lost) return;
  await world.hurry();
  await renewLeases(world.db, [lost.leaseToken], LEASE_MS);
  await t.rejects(world.claim(), { message: 'not claimed' }, 'a renewed lease stays');
  await world.hurry();
  const looked = await world.claim();
  t.equal((await world.attempts()).length, 1, 'no attempt was lost');
  t.same(
    await recordAttempts(world.db, [attempt(lost, OVERDUE)]),
    new Map(),
    'who lost the lease writes nothing',
  );
  await lookAgain(world.db, { delivery: lost, inMs: 1, n8n: null });
  t.match(await world.delivery(), { lease_token: looked.leaseToken });
});

t.test('looked after again later, at its deadline at the latest', async (t) => {
  const world = await waiting(t);
  const { awaited_until: until } = await world.delivery();
  await lookAgain(world.db, {
    delivery: await world.claim(),
    inMs: 5_000,
    n8n: { executionId: '9', workflowId: 'wf' },
  });
  const soon = await world.delivery();
  t.match(soon, { state: 'waiting', lease_token: null, n8n_execution_id: '9', n8n_workflow_id: 'wf' });
  t.ok(soon.next_attempt_at && until && soon.next_attempt_at < until);
  for (const inMs of [3_600_000, null]) {
    await world.hurry();
    const delivery = await world.claim();
    t.equal(delivery.awaited?.n8nExecutionId, '9');
    await lookAgain(world.db, { delivery, inMs, n8n: null });
    t.match(await world.delivery(), { next_attempt_at: until, n8n_execution_id: '9' });
  }
});

t.test('overdue: an attempt of which nothing was sent, and which uses up none', async (t) => {
  const world = await waiting(t);
  await sql`UPDATE deliveries SET awaited_until = now() - interval '1 s'`.execute(world.db);
  const delivery = await world.claim();
  t.equal(delivery.awaited?.isOverdue, true);
  const recorded = await recordAttempts(world.db, [attempt(delivery, OVERDUE)]);
  t.equal(recorded.get(delivery.id)?.state, 'retrying');
  t.match(await world.delivery(), { state: 'retrying', attempts: 2, run_attempts: 1, awaited_until: null });
  t.same(
    (await world.attempts()).map(({ attempt: n, outcome }) => `${n} ${outcome}`),
    ['1 delivered', '2 callback_overdue'],
  );
  t.match(await world.claim(), { attempt: 3, runAttempt: 2 });
  t.match(await world.execution(), { state: 'running' });
});

t.test('a callback that comes while somebody looks is what counts', async (t) => {
  const world = await waiting(t);
  const delivery = await world.claim();
  t.match(await world.call(), { status: 'applied', executionState: 'succeeded' });
  t.same(await recordAttempts(world.db, [attempt(delivery, OVERDUE)]), new Map());
  await lookAgain(world.db, { delivery, inMs: 1, n8n: null });
  t.match(await world.delivery(), { state: 'succeeded', next_attempt_at: null, lease_token: null });
  t.match(await world.execution(), { state: 'succeeded', confirmed_by: 'callback' });
});

t.test('no gate is asked, and no place is taken', async (t) => {
  const world = await setUp(t, 2);
  await world.db.updateTable('webhook_endpoints').set({ pace_concurrency: 1 }).execute();
  await sql`UPDATE deliveries SET endpoint_id = ${world.triggers[0]?.endpointId}`.execute(world.db);
  await world.send(AWAITING, 0);
  t.match(await world.claim(1), { gate: { probe: false } }, 'the only place is free while the first waits');
  await sql`
    UPDATE deliveries SET next_attempt_at = now() WHERE state = 'waiting'`.execute(world.db);
  await sql`
    UPDATE endpoint_gates SET circuit = 'open', open_until = now() + interval '1 h'`.execute(world.db);
  const looked = await world.claim(0);
  t.ok(looked.awaited, 'though the other has the place and the circuit is open');
  t.equal(looked.gate, undefined);
  t.match(await world.delivery(), { gate: null });
});

t.test('nothing has a lease but what is sent or looked after', async (t) => {
  const world = await setUp(t);
  await world.send(AWAITING);
  const lease = { lease_token: newId(), state: 'retrying', awaited_until: null } as const;
  const refused = await world.db
    .updateTable('deliveries')
    .set(lease)
    .execute()
    .catch((error: { constraint?: string }) => error.constraint);
  t.equal(refused, 'deliveries_lease_check');
});

t.test('a worker of an older release cannot send again what n8n has accepted', async (t) => {
  const { db, idAt } = await waiting(t);
  const taken = await sql`
    UPDATE deliveries SET state = 'sending', lease_token = ${newId()}, next_attempt_at = now(), enqueued_at = NULL
    WHERE id = ${idAt(0)}`
    .execute(db)
    .then(
      () => 'taken',
      (error: { constraint?: string }) => error.constraint,
    );
  t.equal(taken, 'deliveries_awaited_check');
});
