import type { Execution } from '../../src/http/schemas/executions.ts';
import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const { api } = await startJourney(t);

const QUICK = { baseMs: 1, capMs: 1, maxAttempts: 2 };
const triggerTo = (url: string, more: object = {}) => ({ endpoint: { url, retryPolicy: QUICK }, ...more });

const retry = (id: string) => api.call<Execution>('POST', `/api/executions/${id}/retry`);
const cancel = (id: string) => api.call<Execution>('POST', `/api/executions/${id}/cancel`);

t.test('several triggers: one fails, and a retry sends only that one', async (t) => {
  const good = await startReceiver(t);
  const bad = await startReceiver(t, () => ({ status: 503 }));
  const other = await startReceiver(t);
  const workflow = await api.createWorkflow({
    triggers: [good, bad, other].map(({ url }) => triggerTo(url)),
  });
  const { body } = await api.send(workflow.id, { json: { n: 1 } });
  const id = body.executionId ?? '';
  const failed = await ended(api, id);
  t.match(failed, { status: 'dead_lettered', run: 1 });
  t.same(
    failed.deliveries.map(({ status }) => status),
    ['succeeded', 'dead_lettered', 'succeeded'],
  );
  t.same(
    [good, bad, other].map(({ requests }) => requests.length),
    [1, 2, 1],
  );
  t.equal(new Set([good, bad, other].map(({ requests }) => requests[0]?.deliveryId)).size, 3);

  bad.answer(() => ({ status: 200 }));
  const retried = await retry(id);
  t.match(retried, { status: 202, body: { id, run: 2 } });
  const done = await eventually('the second run has ended', async () => {
    const execution = await api.execution(id);
    return execution.status === 'succeeded' && execution;
  });
  t.same(
    [good, bad, other].map(({ requests }) => requests.length),
    [1, 3, 1],
  );
  const [, resent] = done.deliveries;
  t.match(resent, { status: 'succeeded', run: 2, attemptCount: 3 });
  t.same(
    bad.requests.map(({ attempt }) => attempt),
    [1, 2, 3],
    'attempts are numbered over all runs',
  );
  t.equal(new Set(bad.requests.map(({ deliveryId }) => deliveryId)).size, 1);
  t.match(await retry(id), { status: 409, body: { code: 'execution_not_retryable' } });
});

t.test('a slow endpoint does not hold its siblings', async (t) => {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const slow = await startReceiver(t, async () => {
    await held;
    return {};
  });
  const fast = await startReceiver(t);
  const workflow = await api.createWorkflow({ triggers: [triggerTo(slow.url), triggerTo(fast.url)] });
  const { body } = await api.send(workflow.id);
  const id = body.executionId ?? '';
  await eventually('the fast one is done', async () =>
    (await api.execution(id)).deliveries.some(({ status }) => status === 'succeeded'),
  );
  t.match(await api.execution(id), { status: 'running', finishedAt: null });
  letGo();
  t.match(await ended(api, id), { status: 'succeeded' });
});

t.test('an execution has the outcome of the delivery that decided, not of the last one', async (t) => {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const last = await startReceiver(t, async () => {
    await held;
    return {};
  });
  const first = await startReceiver(t, () => ({ status: 400 }));
  const workflow = await api.createWorkflow({ triggers: [triggerTo(last.url), triggerTo(first.url)] });
  const { body } = await api.send(workflow.id);
  const id = body.executionId ?? '';
  await eventually('the first one has failed', async () =>
    (await api.execution(id)).deliveries.some(({ status }) => status === 'failed'),
  );
  letGo();
  t.match(await ended(api, id), { status: 'failed', outcome: 'http_400', confirmedBy: null });
});

t.test('no trigger matches: it succeeds at once, and says so', async (t) => {
  const receiver = await startReceiver(t);
  const none = await api.createWorkflow();
  const manualOnly = await api.createWorkflow({
    triggers: [triggerTo(receiver.url, { triggerTypes: ['manual'] })],
  });
  for (const { id } of [none, manualOnly]) {
    const { body } = await api.send(id);
    t.match(await ended(api, body.executionId), {
      status: 'succeeded',
      outcome: 'no_trigger',
      confirmedBy: null,
      deliveries: [],
    });
  }
  t.equal(receiver.requests.length, 0);
});

t.test('cancelled while it waits for its next attempt', async (t) => {
  const receiver = await startReceiver(t, () => ({ status: 503, headers: { 'retry-after': '3600' } }));
  const workflow = await api.createWorkflow({ triggers: [triggerTo(receiver.url)] });
  const { body } = await api.send(workflow.id);
  const id = body.executionId ?? '';
  await eventually('it waits', async () => (await api.execution(id)).status === 'retrying');
  t.match(await cancel(id), { status: 202, body: { status: 'cancelled', outcome: 'cancelled' } });
  t.match(await cancel(id), { status: 409, body: { code: 'execution_not_cancellable' } });
  t.match(await retry(id), { status: 409, body: { code: 'execution_not_retryable' } });
  t.equal(receiver.requests.length, 1);
});

for (const { answered, status } of [
  { answered: 200, status: 'succeeded' },
  { answered: 503, status: 'cancelled' },
]) {
  t.test(`cancelled during an attempt that is then answered ${answered}: ${status}`, async (t) => {
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const receiver = await startReceiver(t, async () => {
      await asked;
      return { status: answered };
    });
    const workflow = await api.createWorkflow({ triggers: [triggerTo(receiver.url)] });
    const { body } = await api.send(workflow.id);
    const id = body.executionId ?? '';
    await receiver.waitFor('the attempt', (requests) => requests.length === 1);
    const requested = await cancel(id);
    t.match(requested, { status: 202, body: { status: 'running' } });
    t.ok(requested.body.cancelRequestedAt);
    answer();
    const execution = await ended(api, id);
    t.equal(execution.status, status);
    t.match(execution.deliveries, [{ status, attemptCount: 1, attempts: [{ statusCode: answered }] }]);
    t.equal(receiver.requests.length, 1);
  });
}

t.test('a deleted workflow ends its open executions and takes no more', async (t) => {
  const receiver = await startReceiver(t, () => ({ status: 503, headers: { 'retry-after': '3600' } }));
  const workflow = await api.createWorkflow({ triggers: [triggerTo(receiver.url)] });
  const { body } = await api.send(workflow.id);
  await eventually(
    'it waits',
    async () => (await api.execution(body.executionId ?? '')).status === 'retrying',
  );
  t.equal((await api.call('DELETE', `/api/workflows/${workflow.id}`)).status, 204);
  t.match(await ended(api, body.executionId), { status: 'cancelled' });
  await eventually('the door is closed', async () => (await api.send(workflow.id)).status === 404);
  t.equal(receiver.requests.length, 1);
});

t.test('a trigger that is taken away while its delivery waits', async (t) => {
  const receiver = await startReceiver(t, () => ({ status: 503, headers: { 'retry-after': '1' } }));
  const workflow = await api.createWorkflow({ triggers: [triggerTo(receiver.url)] });
  const { body } = await api.send(workflow.id);
  await receiver.waitFor('the first attempt', (requests) => requests.length === 1);
  await api.changeWorkflow(workflow.id, { triggers: [] });
  const execution = await ended(api, body.executionId);
  t.match(execution, { status: 'failed', outcome: 'trigger_removed' });
  t.match(execution.deliveries[0]?.attempts.at(-1), {
    outcome: 'trigger_removed',
    advice: /Nothing was sent/,
  });
  t.equal(receiver.requests.length, 1);
});
