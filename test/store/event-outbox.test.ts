import { sql } from 'kysely';
import { DEFAULT_CIRCUIT_BREAKER } from '../../src/domain/circuit-breaker.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import type { Database } from '../../src/store/database.ts';
import { oldestDueSeconds } from '../../src/store/due.ts';
import {
  claimEvents,
  type EventClaim,
  type LeasedEvent,
  renewEventLeases,
} from '../../src/store/event-claim.ts';
import { recordEventAttempts } from '../../src/store/event-record.ts';
import { releaseHeld } from '../../src/store/gate-release.ts';
import { remindGates } from '../../src/store/gate-upkeep.ts';
import { circuitsOf, countHeld, countOpenCircuits, countOutcomes } from '../../src/store/gates.ts';
import { writeIngestBatch } from '../../src/store/ingest.ts';
import { createSecretBox } from '../../src/store/secret-box.ts';
import { openTestDatabase } from '../helpers/database.ts';
import {
  eventAttempt,
  expireEventLeases,
  insertEndpoint,
  insertEvents,
  recordEvent,
} from '../helpers/outbox.ts';
import { box, ingestRow, insertWorkflow } from '../helpers/rows.ts';
import t, { type Test } from '../helpers/tap.ts';
import { setUpGate } from './gated.ts';

const LEASE_MS = 15_000;

const claimWith = (db: Database, claim: Partial<EventClaim> = {}) =>
  claimEvents(db, box, {
    leaseTokens: Array.from({ length: 100 }, newId),
    leaseMs: LEASE_MS,
    share: { free: 4, paced: 16 },
    inHand: [],
    ...claim,
  });

const claim = async (db: Database, how: Partial<EventClaim> = {}) => (await claimWith(db, how)).leased;

async function setUp(t: Test, overrides: object = {}) {
  const { db } = await openTestDatabase(t);
  const endpointId = await insertEndpoint(db, undefined, overrides);
  const row = async (id: string) =>
    db.selectFrom('webhook_events').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const attemptsOf = (id: string) =>
    db
      .selectFrom('webhook_event_attempts')
      .selectAll()
      .where('event_id', '=', id)
      .orderBy('attempt')
      .execute();
  return { db, endpointId, row, attemptsOf };
}

const idsOf = (items: { id: string }[]) => items.map(({ id }) => id).sort();

t.test('what is due is claimed once, with its endpoint, and written with the lease', async (t) => {
  const { db, endpointId, row, attemptsOf } = await setUp(t, { timeout_ms: 1_234 });
  const [id = ''] = await insertEvents(db, endpointId);
  const [event, ...others] = await claim(db);
  t.same(others, []);
  t.match(event, {
    id,
    attempt: 1,
    runAttempt: 1,
    run: 1,
    afterLost: false,
    endpoint: { id: endpointId, secret: 'endpoint secret', timeoutMs: 1_234 },
  });
  t.match(JSON.parse(String(event?.body)), { eventId: id, event: 'test.event', data: { n: 0 } });
  t.same(await claim(db), [], 'its lease is held');
  t.equal((await row(id)).state, 'sending');

  const late = { ...(event as LeasedEvent), leaseToken: newId() };
  t.same(await recordEvent(db, late), new Set(), 'who lost the lease writes nothing');
  const failed = {
    result: 'failed',
    outcome: 'server_error',
    state: 'retrying',
    retryInMs: 60_000,
    statusCode: 500,
    error: 'a\u0000b',
  } as const;
  const attempt = eventAttempt(event as LeasedEvent, failed);
  t.same(await recordEventAttempts(db, [attempt]), new Set([id]));
  t.same(await recordEventAttempts(db, [attempt]), new Set([id]), 'and may write it twice');
  t.match(await row(id), { state: 'retrying', outcome: 'server_error', status_code: 500, lease_token: null });
  t.match(await attemptsOf(id), [{ attempt: 1, run: 1, outcome: 'server_error', error: 'a\uFFFDb' }]);
  t.same(await claim(db), [], 'it is not due yet');

  await sql`UPDATE webhook_events SET next_attempt_at = now()`.execute(db);
  const [second] = await claim(db);
  t.match(second, { attempt: 2, runAttempt: 2 });
  await recordEvent(db, second as LeasedEvent);
  t.match(await row(id), { state: 'succeeded', attempts: 2, next_attempt_at: null });
  t.type((await row(id)).finished_at, Date);
  t.same(await claim(db), []);
});

t.test('an attempt that was lost with its process is ambiguous before it is made again', async (t) => {
  const { db, endpointId, attemptsOf } = await setUp(t);
  const [id = ''] = await insertEvents(db, endpointId);
  const [first] = await claim(db);
  await renewEventLeases(db, [first?.leaseToken ?? ''], LEASE_MS);
  await expireEventLeases(db);
  t.same(await claim(db, { inHand: first ? [first] : [] }), [], 'not by who has it in hand');
  const [second] = await claim(db);
  t.match(second, { id, attempt: 2, afterLost: true });
  t.match(await attemptsOf(id), [{ attempt: 1, outcome: 'worker_lost', result: 'ambiguous' }]);
  t.same(await recordEvent(db, first as LeasedEvent), new Set(), 'who comes back late writes nothing');
  await renewEventLeases(db, [first?.leaseToken ?? ''], LEASE_MS);
  await recordEvent(db, second as LeasedEvent);
  t.same(
    (await attemptsOf(id)).map(({ outcome }) => outcome),
    ['worker_lost', 'delivered'],
  );
});

t.test('any number of processes claim each event once', async (t) => {
  const { db, endpointId } = await setUp(t);
  const ids = await insertEvents(db, endpointId, { count: 60 });
  const share = { free: 100, paced: 100 };
  const claims = await Promise.all(
    Array.from({ length: 5 }, () => claim(db, { share, leaseTokens: Array.from({ length: 30 }, newId) })),
  );
  const first = claims.flat();
  t.equal(new Set(first.map(({ id }) => id)).size, first.length);
  const rest = await claim(db, { share });
  t.same(idsOf([...first, ...rest]), ids.sort());
});

t.test('an endpoint with many events hides nobody else’s', async (t) => {
  const { db, endpointId } = await setUp(t);
  await insertEvents(db, endpointId, { count: 50 });
  const others = [await insertEndpoint(db), await insertEndpoint(db), await insertEndpoint(db)];
  const later = await Promise.all(others.map(async (other) => (await insertEvents(db, other))[0] ?? ''));
  const leased = await claim(db);
  t.equal(leased.filter((event) => event.endpointId === endpointId).length, 4, 'its share');
  t.same(idsOf(leased.filter((event) => event.endpointId !== endpointId)), later.sort());
  t.same(await claim(db, { inHand: leased }), [], 'no more of it before one has ended');
  const [done] = leased.filter((event) => event.endpointId === endpointId);
  await recordEvent(db, done as LeasedEvent);
  const next = await claim(db, { inHand: leased.filter((event) => event !== done) });
  t.equal(next.length, 1);

  await insertEvents(db, others[0] ?? '');
  const one = await claim(db, { leaseTokens: [newId()], inHand: [] });
  t.equal(one.length, 1, 'no more than there are leases');
});

t.test('an organization with many endpoints leaves leases to others', async (t) => {
  const { db } = await setUp(t);
  const other = newId();
  await db.insertInto('organizations').values({ id: other, name: 'Other', slug: 'other' }).execute();
  for (let i = 0; i < 20; i++) await insertEvents(db, await insertEndpoint(db));
  const leaseTokens = Array.from({ length: 10 }, newId);
  const first = await claim(db, { leaseTokens, timesTheFree: 4 });
  t.equal(first.length, 8, 'four fifths of all');

  const free = leaseTokens.slice(8);
  t.same(await claim(db, { leaseTokens: free, timesTheFree: 4, inHand: first }), []);
  const endpointId = await insertEndpoint(db, undefined, { organization_id: other });
  const [id] = await insertEvents(db, endpointId, { count: 2, organizationId: other });
  const next = await claim(db, { leaseTokens: free, timesTheFree: 4, inHand: first });
  t.same(idsOf(next), [id], 'and the last to whoever has none');
});

t.test('the events of an endpoint that is not active wait; of one that was deleted they end', async (t) => {
  const { db, endpointId, row, attemptsOf } = await setUp(t);
  const [id = ''] = await insertEvents(db, endpointId);
  await sql`UPDATE webhook_endpoints SET is_active = false`.execute(db);
  await sql`UPDATE webhook_events SET next_attempt_at = now() - interval '1 hour'`.execute(db);
  t.same(await claimWith(db), { leased: [], passedOver: 0 });
  t.equal(await oldestDueSeconds(db), 0, 'and say nothing about work that stands still');
  await sql`UPDATE webhook_endpoints SET is_active = true`.execute(db);
  t.ok((await oldestDueSeconds(db)) > 3_000);
  const [event] = await claim(db);
  t.equal(event?.id, id);
  await insertEvents(db, endpointId);
  await sql`UPDATE webhook_events SET next_attempt_at = now() - interval '1 hour' WHERE id <> ${id}`.execute(
    db,
  );
  t.equal(await oldestDueSeconds(db), 0, 'where one is under way, the others have their turn');

  await db.deleteFrom('webhook_endpoints').execute();
  await expireEventLeases(db);
  t.same(await claimWith(db), { leased: [], passedOver: 2 });
  t.match(await row(id), { state: 'failed', outcome: 'endpoint_removed', next_attempt_at: null });
  t.match(await attemptsOf(id), [{ outcome: 'worker_lost' }], 'the attempt under way is not forgotten');
});

t.test('an endpoint whose key is gone keeps its events and nobody else’s', async (t) => {
  const { db, endpointId } = await setUp(t);
  const sealed = createSecretBox(Buffer.alloc(32, 9)).seal('other', endpointId);
  await sql`UPDATE webhook_endpoints SET secret_ciphertext = ${sealed.ciphertext}, encryption_key_id = ${sealed.encryptionKeyId}`.execute(
    db,
  );
  const [id] = await insertEvents(db, endpointId);
  const [other] = await insertEvents(db, await insertEndpoint(db));
  const leased = await claim(db);
  t.equal(leased.find((event) => event.id === id)?.endpoint, null);
  t.type(leased.find((event) => event.id === other)?.endpoint, 'object');
});

t.test('a pace: deliveries and events of an endpoint share its slots, first come first', async (t) => {
  const {
    db,
    endpointId,
    ids,
    claim: claimDeliveries,
    pass,
    succeed,
  } = await setUpGate(t, {
    pace: { perSecond: 0.1 },
  });
  const [delivery] = await claimDeliveries(ids.slice(0, 1));
  t.equal(delivery?.id, ids[0], 'the first slot');
  const events = await insertEvents(db, endpointId, { count: 2 });
  t.same(await claimWith(db), { leased: [], passedOver: 2 }, 'there is none left for events');
  t.same(await claimWith(db), { leased: [], passedOver: 0 }, 'and what is held is looked at no more');
  t.same(await claimDeliveries(ids.slice(1)), []);
  t.same(await countHeld(db), { pace: 4, circuit: 0 });
  t.equal(await oldestDueSeconds(db), 0);
  if (delivery) await succeed(delivery);

  const order: string[] = [];
  for (let i = 0; i < 4; i++) {
    await pass(10_000);
    const { work, events: released } = await releaseHeld(db, []);
    t.equal(work.length + released, 1, 'one slot, one of them');
    for (const leased of await claim(db)) {
      t.match(leased.gate, { probe: false });
      order.push(leased.id);
      await recordEvent(db, leased);
    }
    for (const claimed of await claimDeliveries(work.map(({ id }) => id))) {
      order.push(claimed.id);
      await succeed(claimed);
    }
  }
  t.same(order, [...events, ...ids.slice(1)], 'in the order in which they lined up');
});

t.test('at most so many under way, deliveries and events together', async (t) => {
  const {
    db,
    endpointId,
    ids,
    claim: claimDeliveries,
    succeed,
  } = await setUpGate(t, {
    pace: { concurrency: 2 },
  });
  const [delivery] = await claimDeliveries(ids.slice(0, 1));
  await insertEvents(db, endpointId, { count: 3 });
  const leased = await claim(db);
  t.equal(leased.length, 1);
  t.same(await claimDeliveries(ids.slice(1, 2)), [], 'events take places of deliveries too');
  if (delivery) await succeed(delivery);
  t.match(await releaseHeld(db, [endpointId]), { work: [], events: 1 });
  await recordEvent(db, leased[0] as LeasedEvent);
  t.match(await releaseHeld(db, [endpointId]), { work: [], events: 1 });
  t.match(await releaseHeld(db, [endpointId]), { work: [], events: 0 });
  const next = await claim(db);
  t.equal(next.length, 2);
  for (const event of next) await recordEvent(db, event);
  t.same((await releaseHeld(db, [endpointId])).work, [
    { kind: 'delivery', id: ids[1], run: 1, organizationId: DEFAULT_ORGANIZATION_ID },
  ]);
});

t.test('an event whose sender is lost takes no place while its endpoint is not active', async (t) => {
  const gated = await setUpGate(t, { pace: { concurrency: 1 }, deliveries: 1 });
  const { db, endpointId, ids } = gated;
  await insertEvents(db, endpointId);
  t.equal((await claim(db)).length, 1);
  await sql`UPDATE webhook_endpoints SET is_active = false`.execute(db);
  t.same(await gated.claim(ids), [], 'while it is under way it does');
  await expireEventLeases(db);
  t.same(await claim(db), [], 'nobody takes it over');
  t.match(await releaseHeld(db, [endpointId]), { work: [{ id: ids[0] }] });
});

t.test('a circuit that is open holds events, and one of them may be what it is tried with', async (t) => {
  const { db, endpointId, row } = await setUp(t);
  const breaker = DEFAULT_CIRCUIT_BREAKER;
  const outcomes = Array.from({ length: 20 }, () => ({ startedMs: Date.now(), failed: true }));
  await countOutcomes(db, [{ endpointId, breaker, outcomes, probe: null }]);
  const events = await insertEvents(db, endpointId, { count: 3 });
  t.same(await claimWith(db), { leased: [], passedOver: 3 });
  t.same(await countHeld(db), { pace: 0, circuit: 3 });
  t.match(await row(events[0] ?? ''), { state: 'pending', attempts: 0, gate: 'held' });
  t.equal(await oldestDueSeconds(db), 0);

  await sql`
    UPDATE endpoint_gates SET open_until = now() - interval '1 s', release_at = now() - interval '1 s'`.execute(
    db,
  );
  t.match(await releaseHeld(db, []), { work: [], events: 1 });
  const [probe, ...others] = await claim(db);
  t.same(others, []);
  t.match(probe, { id: events[0], gate: { probe: true } });
  t.equal((await circuitsOf(db, [endpointId])).get(endpointId)?.state, 'half_open');
  t.equal(await countOpenCircuits(db), 1);
  t.match(
    await releaseHeld(db, [endpointId]),
    { work: [], events: 0 },
    'the others wait for what becomes of it',
  );
  await countOutcomes(db, [
    { endpointId, breaker, outcomes: [], probe: { deliveryId: probe?.id ?? '', health: 'healthy' } },
  ]);
  await recordEvent(db, probe as LeasedEvent);
  t.match(await releaseHeld(db, []), { events: 2 });
  t.equal((await claim(db)).length, 2);
});

t.test('what a gate holds waits while its endpoint is not active, and goes on or ends with it', async (t) => {
  const { db, endpointId, row } = await setUp(t, { pace_per_second: 1 });
  const [first = '', second = ''] = await insertEvents(db, endpointId, { count: 2 });
  t.same(idsOf(await claim(db)), [first]);
  const due = () =>
    sql`UPDATE endpoint_gates SET next_slot_at = now() - interval '5 s', release_at = now() WHERE release_at IS NOT NULL`.execute(
      db,
    );
  await sql`UPDATE webhook_endpoints SET is_active = false`.execute(db);
  await due();
  t.match(await releaseHeld(db, []), { events: 0, nextInMs: null });
  t.equal(await remindGates(db), 0, 'and nobody forgot it');
  await sql`UPDATE webhook_endpoints SET is_active = true`.execute(db);
  await due();
  t.match(await releaseHeld(db, []), { events: 1 });
  t.same(idsOf(await claim(db)), [second]);

  await sql`UPDATE endpoint_gates SET next_slot_at = now() + interval '1 minute'`.execute(db);
  const [third = ''] = await insertEvents(db, endpointId);
  t.same(await claim(db), []);
  await sql`UPDATE webhook_endpoints SET is_active = false`.execute(db);
  await releaseHeld(db, []);
  await db.deleteFrom('webhook_endpoints').execute();
  t.match(await releaseHeld(db, []), { events: 1 });
  t.match(await claimWith(db), { leased: [], passedOver: 1 });
  t.match(await row(third), { state: 'failed', outcome: 'endpoint_removed', gate: null });
});

t.test('a look costs a step for each endpoint, however many events wait and are held', async (t) => {
  const { db, endpointId } = await setUp(t);
  await insertEvents(db, endpointId, { count: 1 });
  await sql`
    INSERT INTO webhook_events (id, organization_id, direction, event, state, endpoint_id, body, body_bytes, next_attempt_at, gate)
    SELECT gen_random_uuid(), organization_id, 'out', 'e', 'pending', endpoint_id, body, body_bytes,
      now() + interval '1 h' + n * interval '1 s', CASE WHEN n % 2 = 0 THEN 'held' END
    FROM webhook_events, generate_series(1, 5000) AS n`.execute(db);
  await sql`ANALYZE webhook_events`.execute(db);
  const before = await readRows(db);
  t.equal((await claim(db)).length, 1);
  const read = (await readRows(db)) - before;
  t.ok(read < 200, `${read} rows were read`);
});

/** How many rows were read of the events so far, by whatever way. */
async function readRows(db: Database): Promise<number> {
  await sql`SELECT pg_stat_clear_snapshot()`.execute(db);
  await sql`SELECT pg_stat_force_next_flush()`.execute(db);
  const { rows } = await sql<{ read: number }>`
    SELECT (seq_tup_read + coalesce(idx_tup_fetch, 0))::int AS read FROM pg_stat_user_tables
    WHERE relname = 'webhook_events' AND schemaname = current_schema()`.execute(db);
  return rows[0]?.read ?? 0;
}

t.test('an event about an execution has come as far as that', async (t) => {
  const { db, pool } = await openTestDatabase(t);
  const endpointId = await insertEndpoint(db);
  const { workflowId } = await insertWorkflow(db);
  const hopsAfter = async (headers: [string, string][]) => {
    const row = ingestRow(workflowId, { headers: JSON.stringify(headers) });
    await writeIngestBatch(pool, [row]);
    const [id] = await insertEvents(db, endpointId);
    const about = { execution_id: row.executionId };
    await db
      .updateTable('webhook_events')
      .set(about)
      .where('id', '=', id ?? '')
      .execute();
    return (await claim(db)).find((event) => event.id === id)?.hops;
  };
  t.equal(await hopsAfter([['x-other', '7']]), 0);
  t.equal(await hopsAfter([['X-Hookgate-Hops', '3']]), 4);
  t.equal(await hopsAfter([['x-hookgate-hops', '99999999999']]), 9);
  t.equal(await hopsAfter([['x-hookgate-hops', 'many']]), 0);
});
