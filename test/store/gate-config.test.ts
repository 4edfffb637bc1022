import { sql } from 'kysely';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { claimDeliveries } from '../../src/store/claim.ts';
import { asTenant } from '../../src/store/database.ts';
import { releaseHeld } from '../../src/store/gate-release.ts';
import { deleteLeftGates, remindGates } from '../../src/store/gate-upkeep.ts';
import { planExecutions } from '../../src/store/plan.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { insertExecution, insertWorkflow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';

/** Two deliveries that the gate of an endpoint holds until the next hour. */
async function setUp(t: Test) {
  const { db, pool } = await openTestDatabase(t);
  const { workflowId, triggers } = await insertWorkflow(db, ['http://127.0.0.1:1/']);
  const [trigger = { triggerId: '', endpointId: '' }] = triggers;
  const { endpointId } = trigger;
  await sql`
    INSERT INTO endpoint_gates (endpoint_id, organization_id, circuit, open_until, release_at, next_slot_at)
    SELECT ${endpointId}, ${DEFAULT_ORGANIZATION_ID}, 'open', later, later, later FROM (SELECT now() + interval '1 hour') AS l (later)`.execute(
    db,
  );
  const ids = [newId(), newId()];
  for (const id of ids) {
    const executionId = await insertExecution(pool, workflowId);
    const deliveries = [{ id, ...trigger, leaseToken: null }];
    await planExecutions(db, [{ executionId, run: 1, state: 'running', outcome: null, deliveries }], 1_000);
  }
  const gate = () => db.selectFrom('endpoint_gates').selectAll().executeTakeFirstOrThrow();
  const released = async () => (await releaseHeld(db, [])).work.map(({ id }) => id).sort();
  /** As the API does it: with the rights of the tenant. */
  const asOwner = (statement: ReturnType<typeof sql>) =>
    asTenant(db, DEFAULT_ORGANIZATION_ID, (trx) => statement.execute(trx));
  return { db, ids, gate, released, asOwner };
}

t.test('another URL, and other rules, close the circuit', async (t) => {
  for (const change of [sql`url = 'http://127.0.0.1:2/'`, sql`circuit_breaker = '{"openSeconds":1}'`]) {
    const { db, ids, gate, released, asOwner } = await setUp(t);
    await sql`UPDATE endpoint_gates SET attempts = 7, failures = 7`.execute(db);
    await asOwner(sql`UPDATE webhook_endpoints SET ${change}`);
    t.match(await gate(), { circuit: 'closed', open_until: null, attempts: 0, failures: 0, version: '1' });
    t.ok((await gate()).closed_at);
    t.same(await released(), ids);
  }
});

t.test('another pace is kept at once', async (t) => {
  const { db, gate, released, asOwner } = await setUp(t);
  await sql`UPDATE endpoint_gates SET circuit = 'closed', open_until = NULL`.execute(db);
  await asOwner(sql`UPDATE webhook_endpoints SET name = 'other', pace_per_second = pace_per_second`);
  t.same(await released(), [], 'nothing that matters here');
  await asOwner(sql`UPDATE webhook_endpoints SET pace_per_second = 0.5`);
  t.match(await gate(), { circuit: 'closed', closed_at: null, version: '1' });
  t.equal((await released()).length, 1);
  await asOwner(sql`UPDATE webhook_endpoints SET pace_per_second = NULL`);
  t.equal((await released()).length, 1);
});

t.test('an open circuit stays open when only the pace changes', async (t) => {
  const { gate, released, asOwner } = await setUp(t);
  await asOwner(sql`UPDATE webhook_endpoints SET pace_per_second = 5, is_active = false`);
  t.same(await released(), []);
  t.match(await gate(), { circuit: 'open' });
});

t.test('an endpoint is deleted by its owner, whatever it holds', async (t) => {
  const { db, ids, released, asOwner } = await setUp(t);
  await asOwner(sql`DELETE FROM webhook_endpoints`);
  t.equal(await deleteLeftGates(db), 0);
  t.same(await released(), ids);
  t.equal(await deleteLeftGates(db), 1);
});

t.test('a gate that holds nothing goes with its endpoint', async (t) => {
  const { db, asOwner } = await setUp(t);
  await sql`UPDATE endpoint_gates SET release_at = NULL`.execute(db);
  await asOwner(sql`DELETE FROM webhook_endpoints`);
  t.same(await db.selectFrom('endpoint_gates').selectAll().execute(), []);
});

t.test('what nobody would look for is found', async (t) => {
  const { db, ids, released } = await setUp(t);
  t.equal(await remindGates(db), 0, 'all is well');
  await sql`UPDATE endpoint_gates SET circuit = 'closed', open_until = NULL, release_at = NULL`.execute(db);
  t.same(await released(), []);
  t.equal(await remindGates(db), 1);
  t.equal(await remindGates(db), 0);
  t.same(await released(), ids);

  await sql`UPDATE deliveries SET gate = 'held' WHERE id = ${ids[0]}`.execute(db);
  await sql`DELETE FROM endpoint_gates`.execute(db);
  await sql`UPDATE deliveries SET gate = NULL WHERE id = ${ids[1]}`.execute(db);
  t.equal(await remindGates(db), 1, 'without a gate');
  t.same(await released(), ids.slice(0, 1));
  const requests = ids.map((deliveryId) => ({ deliveryId, run: 1, leaseToken: newId() }));
  t.equal((await claimDeliveries(db, requests, { leaseMs: 1_000 })).size, 2);
});
