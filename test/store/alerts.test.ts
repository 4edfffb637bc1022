import { sql } from 'kysely';
import { INAUTHENTIC } from '../../src/domain/alerts.ts';
import { VERIFY_FAILURES } from '../../src/domain/verify-failure.ts';
import t from '../helpers/tap.ts';
import { ago, countedOf, countRefusals, deliver, execute, FIRING, refuse, watched } from './unusual.ts';

t.test('failed authentications count from their threshold on, and not before', async (t) => {
  const { db, workflowId, changes, episodes } = await watched(t);
  t.same(await changes(), [], 'nothing at all');
  await refuse(db, workflowId, { count: 19 });
  t.same(await changes(), [], 'one below');
  await refuse(db, workflowId, { sourceIp: '192.0.2.2', reason: 'missing_credential' });
  t.same(await changes(), [FIRING.authentication]);
  t.match(await episodes(), [
    {
      workflow_id: workflowId,
      ended_at: null,
      details: {
        counted: {
          failures: 20,
          reasons: [
            { reason: 'signature_mismatch', count: 19 },
            { reason: 'missing_credential', count: 1 },
          ],
          sources: [
            { sourceIp: '192.0.2.1', count: 19 },
            { sourceIp: '192.0.2.2', count: 1 },
          ],
        },
        threshold: { count: 20 },
        windowSeconds: 300,
      },
    },
  ]);
});

t.test('every reason for which a request is not authentic counts, and no other', async (t) => {
  for (const reason of VERIFY_FAILURES) t.ok(INAUTHENTIC.includes(reason), reason);
  const { db, make, changes } = await watched(t);
  for (const reason of ['rate_limited', 'payload_rejected', 'ip_not_allowed', 'payload_too_large']) {
    await refuse(db, await make(), { count: 30, reason });
  }
  t.same(await changes(), []);
  for (const reason of INAUTHENTIC) await refuse(db, await make(), { count: 20, reason });
  t.same(await changes(), Array(INAUTHENTIC.length).fill(FIRING.authentication));
});

t.test('what came before the window does not count', async (t) => {
  const { db, workflowId, changes, make } = await watched(t);
  await refuse(db, workflowId, { count: 19 });
  await refuse(db, workflowId, { count: 50, at: ago(302) });
  t.same(await changes(), []);
  await refuse(db, workflowId, { at: ago(290) });
  t.same(await changes(), [FIRING.authentication]);
  const patient = await make({ authenticationFailures: { windowSeconds: 86_400, count: 3 } });
  await refuse(db, patient, { at: ago(86_000), count: 2 });
  await refuse(db, patient, { at: ago(86_500), count: 2 });
  t.same(await changes(), [], 'a window of its own');
  await refuse(db, patient);
  t.same(await changes(), [FIRING.authentication]);
});

t.test('refusals that became no log entries count too', async (t) => {
  const { db, workflowId, changes, episodes, make } = await watched(t);
  await refuse(db, workflowId, { count: 12 });
  await countRefusals(db, workflowId, { count: 7 });
  await countRefusals(db, workflowId, { count: 100, reason: 'rate_limited' });
  await countRefusals(db, workflowId, { count: 100, at: ago(400) });
  t.same(await changes(), []);
  await countRefusals(db, workflowId, { count: 1 });
  t.same(await changes(), [FIRING.authentication]);
  t.match((await episodes())[0]?.details, {
    counted: { failures: 20, sources: [{ count: 12 }], reasons: [{ count: 20 }] },
  });
  await countRefusals(db, await make(), { count: 20, reason: 'too_many_failures' });
  t.same(await changes(), [FIRING.authentication], 'and where there are no log entries at all');
});

t.test('a failure rate counts at its rate and with its minimum', async (t) => {
  const { db, make, changes, episodes } = await watched(t);
  const few = await make();
  await execute(db, few, { state: 'failed', count: 4 });
  const half = await make();
  await execute(db, half, { state: 'failed', count: 49, outcome: 'http_400' });
  await execute(db, half, { count: 51 });
  const cancelled = await make();
  await execute(db, cancelled, { state: 'failed', count: 2 });
  await execute(db, cancelled, { state: 'cancelled', count: 10 });
  const old = await make();
  await execute(db, old, { state: 'failed', count: 9, finishedAt: ago(910) });
  await execute(db, old, { count: 4 });
  t.same(await changes(), [], 'too few, too rarely, cancelled, or before the window');

  await execute(db, few, { state: 'dead_lettered', outcome: 'server_error' });
  await execute(db, half, { state: 'failed', count: 2, outcome: 'timeout', finishedAt: ago(5) });
  t.same(await changes(), [FIRING.failures, FIRING.failures]);
  const found = await episodes();
  t.match(found.find(({ workflow_id }) => workflow_id === few)?.details, {
    counted: { ended: 5, failed: 5, rate: 1, outcomes: [{ outcome: 'server_error', count: 1 }] },
    threshold: { rate: 0.5, minimum: 5 },
    windowSeconds: 900,
  });
  const details = found.find(({ workflow_id }) => workflow_id === half)?.details as {
    counted: { latest: string[] };
  };
  t.match(details, {
    counted: {
      ended: 102,
      failed: 51,
      rate: 0.5,
      outcomes: [
        { outcome: 'http_400', count: 49 },
        { outcome: 'timeout', count: 2 },
      ],
    },
  });
  t.equal(details.counted.latest.length, 5);
});

t.test('an exact share, whatever it is, is at its threshold', async (t) => {
  const { db, make, changes } = await watched(t);
  for (const [failed, ended] of [
    [7, 100],
    [1, 3],
    [3, 10],
    [29, 100],
  ] as const) {
    const at = await make({ executionFailures: { rate: failed / ended } });
    await execute(db, at, { state: 'failed', count: failed });
    await execute(db, at, { count: ended - failed });
    const expected = ended < 5 ? [] : [FIRING.failures];
    t.same(await changes(), expected, `${failed} of ${ended}`);
    const below = await make({ executionFailures: { rate: failed / ended, minimum: 1 } });
    await execute(db, below, { state: 'failed', count: failed });
    await execute(db, below, { count: ended - failed + 1 });
    t.same(await changes(), [], `${failed} of ${ended + 1}`);
  }
});

t.test('of very many executions the latest decide, and a rule that asks for more gets more', async (t) => {
  const { db, make, changes, episodes } = await watched(t);
  const busy = await make();
  await execute(db, busy, { count: 3_000, finishedAt: ago(600) });
  await execute(db, busy, { state: 'failed', count: 500, finishedAt: ago(10) });
  const demanding = await make({ executionFailures: { minimum: 1_500, rate: 1 } });
  await execute(db, demanding, { state: 'failed', count: 1_499 });
  t.same(await changes(), [FIRING.failures]);
  t.match(await episodes(), [{ workflow_id: busy, details: { counted: { ended: 1_000, failed: 500 } } }]);
  await execute(db, demanding, { state: 'failed' });
  t.same(await changes(), [FIRING.failures]);
});

t.test('an execution is overdue when it has not ended in time, whatever it waits for', async (t) => {
  const { db, make, changes, episodes } = await watched(t);
  const young = await make();
  for (const state of ['queued', 'running', 'retrying', 'waiting'])
    await execute(db, young, { state, createdAt: ago(3_590) });
  await execute(db, young, { createdAt: ago(9_000), finishedAt: ago(5) });
  t.same(await changes(), [], 'young, or ended');
  for (const state of ['queued', 'running', 'retrying', 'waiting']) {
    const workflowId = await make();
    const [id] = await execute(db, workflowId, { state, createdAt: ago(3_610) });
    t.same(await changes(), [FIRING.overdue], state);
    t.match((await episodes()).at(-1), {
      workflow_id: workflowId,
      details: {
        counted: {
          overdue: 1,
          isBounded: false,
          oldest: [{ executionId: id, status: state, waitsFor: 'worker' }],
        },
        threshold: { afterSeconds: 3_600 },
        windowSeconds: null,
      },
    });
  }
});

t.test('it says what the oldest wait for', async (t) => {
  const { db, workflowId, changes, episodes } = await watched(t);
  const closed = await endpointWith(db, 'closed');
  const open = await endpointWith(db, 'open');
  const later = new Date(Date.now() + 600_000);
  const cases = [
    ['circuit', 'running', { gate: 'held', endpointId: open }],
    ['pace', 'running', { gate: 'held', endpointId: closed }],
    ['callback', 'waiting', { state: 'waiting', awaitedUntil: later, nextAttemptAt: later }],
    ['callback_overdue', 'waiting', { state: 'waiting', awaitedUntil: ago(100), nextAttemptAt: ago(100) }],
    ['retry', 'retrying', { state: 'retrying' }],
    ['worker', 'running', {}],
  ] as const;
  const ids: string[] = [];
  for (const [i, [, state, how]] of cases.entries()) {
    const [id = ''] = await execute(db, workflowId, { state, createdAt: ago(9_000 - i) });
    await deliver(db, id, how);
    ids.push(id);
  }
  // Of two deliveries the one that there is more to say of.
  await deliver(db, ids[5] ?? '', { gate: 'held', endpointId: closed });
  t.same(await changes(), [FIRING.overdue]);
  const counted = countedOf<{ oldest: { executionId: string; waitsFor: string }[] }>(await episodes());
  t.same(
    counted.oldest.map(({ executionId, waitsFor }) => [executionId, waitsFor]),
    cases.map(([waits], i) => [ids[i], i === 5 ? 'pace' : waits]),
    'oldest first',
  );
});

async function endpointWith(db: Parameters<typeof execute>[0], circuit: 'open' | 'closed'): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    INSERT INTO endpoint_gates (endpoint_id, organization_id, circuit, open_until)
    SELECT gen_random_uuid(), id, ${circuit}, CASE WHEN ${circuit} = 'open' THEN now() END FROM organizations
    RETURNING endpoint_id AS id`.execute(db);
  return rows[0]?.id ?? '';
}

t.test('a callback is overdue at its own deadline', async (t) => {
  const { db, make, changes, episodes } = await watched(t);
  const waiting = async (until: Date) => {
    const workflowId = await make();
    const [id = ''] = await execute(db, workflowId, { state: 'waiting', createdAt: ago(200) });
    await deliver(db, id, { state: 'waiting', awaitedUntil: until, nextAttemptAt: until });
    return id;
  };
  await waiting(ago(5));
  t.same(await changes(), [], 'a moment ago: somebody is about to see to it');
  const id = await waiting(ago(61));
  t.same(await changes(), [FIRING.overdue]);
  t.match((await episodes())[0]?.details, {
    counted: { oldest: [{ executionId: id, waitsFor: 'callback_overdue' }] },
  });
  const ended = await make();
  await execute(db, ended, { state: 'failed', outcome: 'callback_overdue', finishedAt: ago(310) });
  t.same(await changes(), [], 'long over');
  const [missed] = await execute(db, ended, { state: 'failed', outcome: 'callback_overdue' });
  t.same(await changes(), [FIRING.overdue], 'it ended because none came');
  t.match((await episodes()).at(-1)?.details, {
    counted: { overdue: 1, oldest: [{ executionId: missed, waitsFor: 'callback_missed' }] },
  });
});

t.test('a retry begins anew', async (t) => {
  const { db, workflowId, changes } = await watched(t);
  const [id = ''] = await execute(db, workflowId, {
    state: 'failed',
    createdAt: ago(90_000),
    finishedAt: ago(80_000),
  });
  await sql`UPDATE workflow_executions SET state = 'queued', run = 2, finished_at = NULL WHERE id = ${id}`.execute(
    db,
  );
  t.same(await changes(), []);
  await sql`UPDATE workflow_executions SET state = 'running' WHERE id = ${id}`.execute(db);
  t.same(await changes(), []);
  await sql`UPDATE execution_transitions SET at = ${ago(3_700)} WHERE execution_id = ${id} AND to_state = 'queued'`.execute(
    db,
  );
  t.same(await changes(), [FIRING.overdue]);
});

t.test('more than can be counted are counted as far as that', async (t) => {
  const { db, workflowId, changes, episodes } = await watched(t);
  await execute(db, workflowId, { state: 'running', count: 1_200, createdAt: ago(4_000) });
  t.same(await changes(), [FIRING.overdue]);
  const counted = countedOf<{ oldest: object[] }>(await episodes());
  t.match(counted, { overdue: 1_000, isBounded: true });
  t.equal(counted.oldest.length, 10);
});

t.test('rules of a workflow are its own, and what they leave out is as the service has it', async (t) => {
  const { db, make, changes } = await watched(t);
  const strict = await make({ authenticationFailures: { count: 2 }, executionOverdue: { afterSeconds: 60 } });
  const lenient = await make({ authenticationFailures: { count: 100 } });
  await refuse(db, strict, { count: 2 });
  await refuse(db, lenient, { count: 99 });
  await execute(db, strict, { state: 'running', createdAt: ago(70) });
  await execute(db, lenient, { state: 'running', createdAt: ago(70) });
  t.same(await changes(), [FIRING.authentication, FIRING.overdue]);
  const ordinary = await make();
  await refuse(db, ordinary, { count: 3 });
  const rules = {
    authenticationFailures: { enabled: true, count: 3, windowSeconds: 300 },
    executionFailures: { enabled: true, rate: 0.5, minimum: 5, windowSeconds: 900 },
    executionOverdue: { enabled: true, afterSeconds: 3_600 },
  };
  t.same(await changes({ rules }), [FIRING.authentication], 'of the service');
});
