import { randomBytes } from 'node:crypto';
import type { Execution } from '../../src/http/schemas/executions.ts';
import type { Api } from '../helpers/api.ts';
import { callBack, N8N_WEBHOOK_SECRET } from '../helpers/callbacks.ts';
import { ended } from '../helpers/ended.ts';
import { readEvents } from '../helpers/event-stream.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const WITHIN = { withinMs: 60_000 };
const QUICK = { baseMs: 1, capMs: 1 };

const journey = await startJourney(t, { env: { N8N_WEBHOOK_SECRET } });
const { api } = journey;

/** A workflow with one endpoint whose trigger awaits a callback. */
const awaiting = (client: Api, url: string, awaitCallback: object | true = true, endpoint: object = {}) =>
  client.createWorkflow({
    triggers: [{ endpoint: { url, retryPolicy: QUICK, ...endpoint }, awaitCallback }],
  } as Parameters<Api['createWorkflow']>[0]);

const send = async (client: Api, workflowId: string): Promise<string> =>
  (await client.send(workflowId, { json: { order: 1001 } })).body.executionId ?? '';

const inState = (client: Api, id: string, status: string): Promise<Execution> =>
  eventually(
    `${id} is ${status}`,
    async () => {
      const execution = await client.execution(id);
      return execution.status === status && execution;
    },
    WITHIN,
  );

t.test('accepted, reported on, and confirmed with a result', async (t) => {
  const receiver = await startReceiver(t);
  const { id } = await awaiting(api, receiver.url);
  const executionId = await send(api, id);
  const waiting = await inState(api, executionId, 'waiting');
  t.match(waiting, { outcome: 'delivered', confirmedBy: null, finishedAt: null, result: null });
  const [delivery] = waiting.deliveries;
  t.match(delivery, { status: 'waiting', callback: null, nextAttemptAt: null, n8nExecutionUrl: null });
  const left = Date.parse(delivery?.awaitedUntil ?? '') - Date.now();
  t.ok(left > 3_000_000 && left <= 3_600_000, 'an hour, when nothing else is said');
  t.match(delivery?.attempts, [{ result: 'succeeded', outcome: 'delivered', nextAttemptAt: null }]);

  const reader = await readEvents(t, {
    url: `${journey.url}/api/executions/${executionId}/events`,
    key: journey.adminKey,
  });
  const step = { executionId, status: 'running', n8nExecutionId: '4711', data: { step: 1 } };
  t.match(await callBack(api, step), { status: 200 });
  const told = await eventually('the report is told', () =>
    reader.events.find(({ data }) => data.outcome === 'progress'),
  );
  t.match(told, {
    id: '3',
    event: 'transition',
    data: { seq: 3, from: 'waiting', to: 'waiting', data: { n8nExecutionId: '4711', data: { step: 1 } } },
  });

  const data = { invoice: 'R-1001', lines: [1, 2] };
  t.match(await callBack(api, { executionId, status: 'success', data }), { status: 200 });
  const done = await ended(api, executionId);
  t.match(done, { status: 'succeeded', outcome: 'confirmed', confirmedBy: 'callback', result: data });
  t.match(done.deliveries, [
    {
      confirmedBy: 'callback',
      awaitedUntil: null,
      callback: { effect: 'applied', status: 'success', n8nStatus: 'success', data },
      n8nExecutionId: '4711',
      n8nExecutionUrl: '/api/n8n/executions/4711',
    },
  ]);
  t.equal(await reader.ended, 'complete');
  t.match(done.transitions.at(3), { outcome: 'progress', data: { data: { step: 1 } } });
  t.match(await callBack(api, { executionId, status: 'error' }), { status: 200 });
  t.match(await api.execution(executionId), { status: 'succeeded', result: data });
  t.equal(receiver.requests.length, 1);
});

t.test('n8n calls back before it answers', async (t) => {
  for (const [word, status, outcome] of [
    ['success', 'succeeded', 'confirmed'],
    ['error', 'failed', 'n8n_workflow_failed'],
  ] as const) {
    const receiver = await startReceiver(t, async ({ executionId, deliveryId, attempt }) => {
      await callBack(api, { executionId, deliveryId, attempt, status: word, data: { error: 'No stock' } });
      return { status: attempt === 1 ? 503 : 200 };
    });
    const { id } = await awaiting(api, receiver.url);
    const done = await ended(api, await send(api, id));
    t.match(done, { status, outcome, result: { error: 'No stock' } });
    t.match(done.deliveries, [{ callback: { effect: 'early' }, attempts: [{ statusCode: 503 }] }]);
    if (status === 'failed') t.match(done.deliveries, [{ callback: { error: 'No stock', advice: /retry/ } }]);
    t.equal(receiver.requests.length, 1, 'and nothing is sent again');
  }
});

t.test('overdue, and so failed: it is said everywhere, and what comes then is late', async (t) => {
  const receiver = await startReceiver(t);
  const { id } = await awaiting(api, receiver.url, { deadlineSeconds: 1 });
  const executionId = await send(api, id);
  const failed = await ended(api, executionId);
  t.match(failed, { status: 'failed', outcome: 'callback_overdue' });
  t.match(failed.deliveries[0]?.attempts, [
    { attempt: 1, outcome: 'delivered', result: 'succeeded' },
    {
      attempt: 2,
      outcome: 'callback_overdue',
      result: 'failed',
      error: /within 1 s/,
      advice: /Nothing was sent/,
    },
  ]);
  const line = journey.logs.find(({ msg }) => msg === 'delivery.overdue');
  t.match(line, { level: 'warn', executionId, outcome: 'callback_overdue', next: 'failed' });
  const metrics = await api.call<string>('GET', '/metrics');
  t.match(metrics.body, /^hookgate_callbacks_overdue_total [1-9]/m);

  t.match(await callBack(api, { executionId, status: 'success', data: 7 }), { body: { outcome: 'late' } });
  const after = await api.execution(executionId);
  t.match(after, { status: 'failed', result: null, deliveries: [{ callback: { effect: 'late', data: 7 } }] });

  await api.call('POST', `/api/executions/${executionId}/retry`);
  const again = await inState(api, executionId, 'waiting');
  t.match(again.deliveries, [{ callback: null, run: 2, status: 'waiting' }]);
  t.match(await callBack(api, { executionId, status: 'success' }), { body: { outcome: 'applied' } });
  t.match(await api.execution(executionId), { status: 'succeeded', run: 2 });
});

t.test('overdue, and so sent again, until n8n says how it went', async (t) => {
  const receiver = await startReceiver(t, async ({ executionId, attempt }) => {
    if (attempt > 1) await callBack(api, { executionId, attempt, status: 'success' });
    return {};
  });
  const { id } = await awaiting(api, receiver.url, { deadlineSeconds: 1, onOverdue: 'retry' });
  const done = await ended(api, await send(api, id));
  t.match(done, { status: 'succeeded', confirmedBy: 'callback' });
  t.equal(new Set(receiver.requests.map(({ deliveryId }) => deliveryId)).size, 1);
  t.same(
    done.deliveries[0]?.attempts.map(({ outcome }) => outcome),
    ['delivered', 'callback_overdue', 'delivered'],
  );

  const silent = await startReceiver(t);
  const policy = { retryPolicy: { ...QUICK, maxAttempts: 2 } };
  const unheard = await awaiting(api, silent.url, { deadlineSeconds: 1, onOverdue: 'retry' }, policy);
  t.match(await ended(api, await send(api, unheard.id)), {
    status: 'dead_lettered',
    outcome: 'callback_overdue',
  });
  t.equal(silent.requests.length, 2, 'as often as the policy says');
});

t.test('what waits takes no place at an endpoint with a pace, and can be cancelled', async (t) => {
  const receiver = await startReceiver(t);
  const { id } = await awaiting(api, receiver.url, true, { pace: { concurrency: 1 } });
  const ids = [await send(api, id), await send(api, id), await send(api, id)];
  for (const executionId of ids) await inState(api, executionId, 'waiting');
  const [first = ''] = ids;
  t.equal((await api.call('POST', `/api/executions/${first}/cancel`)).status, 202);
  t.match(await api.execution(first), { status: 'cancelled', deliveries: [{ status: 'cancelled' }] });
  t.match(await callBack(api, { executionId: first, status: 'success' }), { body: { outcome: 'late' } });
  t.match(await api.call('GET', '/readyz'), { body: { status: 'ok' } }, 'and nothing is overdue for that');
});

t.test('one process is told, and another has the deliveries', async (t) => {
  const env = {
    DATABASE_URL: (await createTestDatabase(t)).url,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: 'the-same-admin-key-for-all-of-them',
    N8N_WEBHOOK_SECRET,
  };
  const front = await startJourney(t, { env: { ...env, ROLE: 'api' } });
  await startJourney(t, { env: { ...env, ROLE: 'worker' } });
  const receiver = await startReceiver(t);
  const { id } = await awaiting(front.api, receiver.url);
  const overdue = await awaiting(front.api, receiver.url, { deadlineSeconds: 1 });
  const executionId = await send(front.api, id);
  const failing = await send(front.api, overdue.id);
  await inState(front.api, executionId, 'waiting');
  t.match(await callBack(front.api, { executionId, status: 'success' }), { body: { outcome: 'applied' } });
  t.match(await ended(front.api, executionId), { status: 'succeeded', confirmedBy: 'callback' });
  t.match(await ended(front.api, failing), { status: 'failed', outcome: 'callback_overdue' });
});
