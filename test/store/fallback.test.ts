import { sql } from 'kysely';
import { MAX_ALERTED } from '../../src/domain/fallback.ts';
import { DEFAULT_ORGANIZATION_ID, newId } from '../../src/domain/ids.ts';
import { claimDeliveries } from '../../src/store/claim.ts';
import { recordAttempts } from '../../src/store/record.ts';
import type { LeasedDelivery } from '../../src/store/work.ts';
import { expireLeases } from '../helpers/rows.ts';
import t from '../helpers/tap.ts';
import { attempt, exhausted, refused } from '../http/worker.ts';
import { LEASE_MS, seen, succeeded, withFallback } from './fallen.ts';

t.test('the next endpoint takes over, in the transaction that gives up the one before', async (t) => {
  const { rows, send, state, others, attempts, executionId } = await withFallback(t, ([b]) => [
    { type: 'endpoint', endpointId: b },
  ]);
  const recorded = await send(0, exhausted);
  t.match(recorded, { state: 'running', fallback: [{ step: 1, type: 'endpoint', status: 'begun' }] });
  const [original, second] = await rows();
  t.match(original, { state: 'dead_lettered', is_superseded: true, outcome: 'server_error', attempts: 1 });
  t.match(second, {
    execution_id: executionId,
    trigger_id: original?.trigger_id,
    endpoint_id: others[0],
    fallback_of: original?.id,
    fallback_step: 1,
    state: 'pending',
    run: 1,
    attempts: 0,
    gate: null,
    enqueued_at: null,
  });
  t.ok(second?.next_attempt_at);
  t.match((await attempts())[0]?.advice, /^Fallback 1: it goes to the endpoint "/);
  t.match(await send(1, succeeded), { state: 'succeeded', fallback: undefined });
  t.equal(await state(), 'succeeded');
});

t.test('one action after the other; the last one decides', async (t) => {
  for (const [last, how, end] of [
    [[], exhausted, 'dead_lettered'],
    [[], refused, 'failed'],
    [[{ type: 'dead_letter' }], refused, 'dead_lettered'],
  ] as const) {
    const { rows, send, state } = await withFallback(t, ([b, c]) => [
      { type: 'endpoint', endpointId: b },
      { type: 'endpoint', endpointId: c },
      ...last,
    ]);
    await send(0, refused);
    await send(1, exhausted);
    t.equal(await state(), 'running');
    await send(2, how);
    t.same(seen(await rows()), [
      [0, 'failed', true],
      [1, 'dead_lettered', true],
      [2, end, false],
    ]);
    t.equal(await state(), end);
    const [original, ...stoodIn] = await rows();
    t.same(
      stoodIn.map((row) => row.fallback_of),
      [original?.id, original?.id],
      'all stand in for the original',
    );
  }
});

t.test('an alert is told to whom it is meant for, and nothing else than that', async (t) => {
  const { db, send, others, events, executionId, rows, workflowId } = await withFallback(t, ([b]) => [
    { type: 'alert', endpointId: b },
    { type: 'alert' },
  ]);
  await sql`UPDATE webhook_endpoints SET events = '{alert,other}' WHERE id = ${others[1]}`.execute(db);
  const error = 'The endpoint answered HTTP 500.';
  const recorded = await send(0, { ...exhausted, error, advice: 'Look at it.' });
  t.match(recorded, { state: 'dead_lettered', fallback: [{ status: 'sent' }, { status: 'sent' }] });
  const made = await events();
  t.match(made, [
    { event: 'alert', direction: 'out', state: 'pending', endpoint_id: others[0], execution_id: executionId },
    { event: 'alert', endpoint_id: others[1], workflow_id: workflowId },
  ]);
  const [delivery] = await rows();
  const { eventId, event, data } = JSON.parse(String(made[0]?.body));
  t.same([eventId, event], [made[0]?.id, 'alert']);
  t.same(data, {
    workflow: { id: workflowId, name: 'test' },
    execution: { id: executionId, run: 1 },
    delivery: { id: delivery?.id, triggerId: delivery?.trigger_id, fallbackStep: 0, attemptCount: 1 },
    endpoint: { id: delivery?.endpoint_id, name: delivery?.endpoint_id },
    outcome: 'server_error',
    statusCode: 500,
    error,
    advice: 'Look at it.',
  });
});

t.test('whom nobody else’s alerts reach', async (t) => {
  const { db, send, events } = await withFallback(t, () => [{ type: 'alert' }]);
  const stranger = newId();
  await sql`INSERT INTO organizations (id, name, slug) VALUES (${stranger}, 'Test', ${stranger})`.execute(db);
  await sql`
    INSERT INTO webhook_endpoints (id, organization_id, name, url, secret_ciphertext, encryption_key_id, events, is_active)
    VALUES (${newId()}, ${stranger}, 'theirs', 'http://127.0.0.1/', '', 'k', '{alert}', true),
      (${newId()}, ${DEFAULT_ORGANIZATION_ID}, 'idle', 'http://127.0.0.1/', '', 'k', '{alert}', false),
      (${newId()}, ${DEFAULT_ORGANIZATION_ID}, 'not meant', 'http://127.0.0.1/', '', 'k', '{}', true)`.execute(
    db,
  );
  t.match(await send(0, exhausted), { fallback: [{ type: 'alert', status: 'sent', endpoints: [] }] });
  t.same(await events(), []);
});

t.test('the oldest of very many that are meant for alerts', async (t) => {
  const { db, send, events } = await withFallback(t, () => [{ type: 'alert' }]);
  const ids = Array.from({ length: MAX_ALERTED + 5 }, () => newId()).sort();
  await sql`
    INSERT INTO webhook_endpoints (id, organization_id, name, url, secret_ciphertext, encryption_key_id, events)
    SELECT id, ${DEFAULT_ORGANIZATION_ID}, id, 'http://127.0.0.1/', '', 'k', '{alert}' FROM unnest(${ids}::uuid[]) AS e (id)`.execute(
    db,
  );
  await send(0, exhausted);
  const told = (await events()).map((event) => event.endpoint_id).sort();
  t.same(told, ids.slice(0, MAX_ALERTED));
});

t.test('what is passed over is said in the record of the attempt', async (t) => {
  const { db, send, others, attempts, state, rows } = await withFallback(t, ([b, c]) => [
    { type: 'endpoint', endpointId: newId() },
    { type: 'endpoint', endpointId: b },
    { type: 'endpoint', endpointId: c },
  ]);
  await sql`UPDATE webhook_endpoints SET is_active = false WHERE id = ${others[0]}`.execute(db);
  await send(0, { ...exhausted, advice: 'First.' });
  t.match(
    (await attempts())[0]?.advice,
    /^First\. Fallback 1 was skipped, .*deleted\. Fallback 2 .*active\. /,
  );
  t.match((await rows())[1], { endpoint_id: others[1], fallback_step: 3 });
  t.equal(await state(), 'running');
});

t.test('another organization’s endpoint is as good as deleted', async (t) => {
  const { db, send, others } = await withFallback(t, ([b]) => [{ type: 'endpoint', endpointId: b }]);
  const stranger = newId();
  await sql`INSERT INTO organizations (id, name, slug) VALUES (${stranger}, 'Test', ${stranger})`.execute(db);
  await sql`DELETE FROM workflow_triggers WHERE endpoint_id = ${others[0]}`.execute(db);
  await sql`UPDATE webhook_endpoints SET organization_id = ${stranger} WHERE id = ${others[0]}`.execute(db);
  t.match(await send(0, exhausted), {
    state: 'dead_lettered',
    fallback: [{ status: 'skipped', reason: 'endpoint_deleted' }],
  });
});

t.test('what may have been done follows no fallback', async (t) => {
  const held = { result: 'ambiguous', outcome: 'ambiguous_held', state: 'failed', statusCode: null } as const;
  const unsent = { result: 'failed', state: 'failed', statusCode: null, confirmedBy: null } as const;
  const others = ['filter_failed', 'transform_failed', 'transform_empty', 'trigger_removed'];
  for (const how of [held, ...others.map((outcome) => ({ ...unsent, outcome }))]) {
    const { send, rows } = await withFallback(t, ([b]) => [{ type: 'endpoint', endpointId: b }]);
    t.match(
      await send(0, { ...how, confirmedBy: null }),
      { state: 'failed', fallback: undefined },
      how.outcome,
    );
    t.same(seen(await rows()), [[0, 'failed', false]]);
  }
});

t.test('nor what n8n said had failed, whatever the answer to the attempt was', async (t) => {
  const { db, claim, rows } = await withFallback(t, ([b]) => [{ type: 'endpoint', endpointId: b }]);
  const delivery = await claim((await rows())[0]?.id ?? '');
  await sql`UPDATE deliveries SET early_callback = 'failure'`.execute(db);
  const recorded = await recordAttempts(db, [attempt(delivery, refused)]);
  t.match(recorded.get(delivery.id), { state: 'failed', fallback: undefined });
  t.match(await rows(), [{ state: 'failed', outcome: 'n8n_workflow_failed', is_superseded: false }]);
});

t.test('what could never be sent does', async (t) => {
  const { send } = await withFallback(t, ([b]) => [{ type: 'endpoint', endpointId: b }]);
  const how = { ...refused, outcome: 'address_not_allowed', statusCode: null };
  t.match(await send(0, how), { state: 'running', fallback: [{ status: 'begun' }] });
});

t.test('nothing follows a cancellation', async (t) => {
  const { db, send, rows, state } = await withFallback(t, ([b]) => [{ type: 'endpoint', endpointId: b }]);
  const cancel = sql`UPDATE workflow_executions SET cancel_requested_at = now()`;
  const [row] = await rows();
  const [claimed] = [
    ...(
      await claimDeliveries(db, [{ deliveryId: row?.id ?? '', run: 1, leaseToken: newId() }], {
        leaseMs: LEASE_MS,
      })
    ).values(),
  ];
  await cancel.execute(db);
  await recordAttempts(db, [attempt(claimed as LeasedDelivery, exhausted)]);
  t.same(seen(await rows()), [[0, 'cancelled', false]]);
  t.equal(await state(), 'cancelled');
  t.same(await send(0, succeeded).catch(() => 'nothing to send'), 'nothing to send');
});

t.test('recorded twice, because the first confirmation was lost: one fallback', async (t) => {
  const { db, rows, claim, events } = await withFallback(t, ([b, c]) => [
    { type: 'alert', endpointId: c },
    { type: 'endpoint', endpointId: b },
  ]);
  const record = attempt(await claim((await rows())[0]?.id ?? ''), exhausted);
  await recordAttempts(db, [record]);
  t.match((await recordAttempts(db, [record])).get(record.delivery.id), { state: 'running' });
  t.same(seen(await rows()), [
    [0, 'dead_lettered', true],
    [1 + 1, 'pending', false],
  ]);
  t.equal((await events()).length, 1);
});

t.test('two siblings that fail at the same moment each get their own', async (t) => {
  for (let round = 0; round < 3; round++) {
    const { db, rows, state, claim } = await withFallback(t, ([b]) => [{ type: 'endpoint', endpointId: b }], {
      triggers: 2,
    });
    const claimed = await Promise.all((await rows()).map(({ id }) => claim(id)));
    await Promise.all(claimed.map((delivery) => recordAttempts(db, [attempt(delivery, exhausted)])));
    t.same(seen(await rows()), [
      [0, 'dead_lettered', true],
      [0, 'dead_lettered', true],
      [1, 'pending', false],
      [1, 'pending', false],
    ]);
    t.equal(await state(), 'running');
    const second = (await rows()).filter((row) => row.fallback_step === 1);
    const again = await Promise.all(second.map(({ id }) => claim(id)));
    await Promise.all(
      again.map((delivery, i) => recordAttempts(db, [attempt(delivery, i === 0 ? refused : succeeded)])),
    );
    t.equal(await state(), 'failed', 'one of them decides');
  }
});

t.test(
  'a worker that died on the way: its lease runs out, and the next one makes the fallback',
  async (t) => {
    const { db, rows, claim } = await withFallback(t, ([b]) => [{ type: 'endpoint', endpointId: b }]);
    const id = (await rows())[0]?.id ?? '';
    const first = await claim(id);
    await expireLeases(db);
    const second = await claim(id);
    t.ok(second.afterLost);
    await recordAttempts(db, [attempt(second, exhausted)]);
    t.same(await recordAttempts(db, [attempt(first, exhausted)]), new Map(), 'the dead one writes nothing');
    t.same(seen(await rows()), [
      [0, 'dead_lettered', true],
      [1, 'pending', false],
    ]);
  },
);
