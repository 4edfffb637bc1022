import type { Execution } from '../../src/http/schemas/executions.ts';
import type { Api } from '../helpers/api.ts';
import { ended } from '../helpers/ended.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const LIMIT_MS = 300_000;
t.setTimeout(LIMIT_MS);

const journey = await startJourney(t);
const { api } = journey;

const QUICK = { baseMs: 1, capMs: 1, maxAttempts: 2 };

async function endpointTo(url: string, more: object = {}, of: Api = api): Promise<string> {
  const json = { url, retryPolicy: QUICK, ...more };
  return (await of.call<{ id: string }>('POST', '/api/webhook-endpoints', { json })).body.id;
}

const triggerTo = (url: string, fallback: object[]) => ({
  endpoint: { url, retryPolicy: QUICK },
  fallback: fallback as never,
});

const statesOf = ({ deliveries }: Execution) =>
  deliveries.map(({ fallbackStep, status, isSuperseded }) => [fallbackStep, status, isSuperseded]);

const logged = (msg: string, executionId: string | undefined) =>
  journey.logs.filter((line) => line.msg === msg && line.executionId === executionId);

t.test('the fallback gets what the first endpoint did not take, signed and sent as its own', async (t) => {
  const [dead, spare] = [await startReceiver(t, () => ({ status: 503 })), await startReceiver(t)];
  const endpointId = await endpointTo(spare.url, {
    name: 'the spare one',
    headers: { 'x-token': 'of the spare one' },
  });
  const { id } = await api.createWorkflow({
    triggers: [triggerTo(dead.url, [{ type: 'endpoint', endpointId }])],
  });
  const body = Buffer.from([0, 255, 1]);
  const sent = await api.send(id, {
    body,
    headers: { 'content-type': 'application/odd' },
    query: { a: '1' },
  });
  const execution = await ended(api, sent.body.executionId);
  t.match(execution, { status: 'succeeded', outcome: 'delivered', confirmedBy: 'http' });
  t.same(statesOf(execution), [
    [0, 'dead_lettered', true],
    [1, 'succeeded', false],
  ]);
  const [original, stoodIn] = execution.deliveries;
  t.match(stoodIn, { fallbackOf: original?.id, endpoint: { id: endpointId }, attemptCount: 1 });
  t.match(original, { fallbackOf: null, attemptCount: 2 });
  t.match(
    original?.attempts.at(-1)?.advice,
    /Fallback 1: it goes to the endpoint "the spare one" instead\.$/,
  );
  const [request] = spare.requests;
  t.ok(request?.body.equals(body));
  t.match(request, {
    url: '/?a=1',
    deliveryId: stoodIn?.id,
    attempt: 1,
    headers: { 'x-token': 'of the spare one' },
  });
  t.equal(dead.requests.length, 2);
  t.equal(dead.requests[0]?.headers['x-token'], undefined);
  t.match(logged('delivery.fallback', execution.id), [{ level: 'info', step: 1, endpointId }]);
});

t.test('endpoint, alert, endpoint, dead letter: in this order, and each retry anew', async (t) => {
  const [first, second, third] = [
    await startReceiver(t, () => ({ status: 400 })),
    await startReceiver(t, () => ({ status: 503 })),
    await startReceiver(t, () => ({ status: 410 })),
  ];
  const [b, c] = [await endpointTo(second.url), await endpointTo(third.url)];
  const alarm = await startReceiver(t);
  const alarmId = await endpointTo(alarm.url, { events: ['alert'] });
  const { id } = await api.createWorkflow({
    triggers: [
      triggerTo(first.url, [
        { type: 'endpoint', endpointId: b },
        { type: 'alert' },
        { type: 'endpoint', endpointId: c },
        { type: 'dead_letter' },
      ]),
    ],
  });
  const sent = await api.send(id);
  const execution = await ended(api, sent.body.executionId);
  t.match(
    execution,
    { status: 'dead_lettered', outcome: 'http_410' },
    'a refusal ends as a dead letter, too',
  );
  t.same(statesOf(execution), [
    [0, 'failed', true],
    [1, 'dead_lettered', true],
    [3, 'dead_lettered', false],
  ]);
  t.match(logged('delivery.alert', execution.id), [{ level: 'warn', step: 2, endpointIds: [alarmId] }]);
  const [told] = await alarm.waitFor('the alert', (all) => all.length > 0 && all);
  t.match(JSON.parse(String(told?.body)), {
    event: 'alert',
    data: {
      workflow: { id },
      execution: { id: execution.id, run: 1 },
      delivery: { id: execution.deliveries[1]?.id, fallbackStep: 1, attemptCount: 2 },
      endpoint: { id: b },
      outcome: 'server_error',
      statusCode: 503,
    },
  });
  const letters = await api.call<{ data: { id: string }[] }>('GET', '/api/dead-letters', {
    query: { workflowId: id },
  });
  t.match(letters.body.data, [
    { id: execution.deliveries[2]?.id, executionId: execution.id, endpoint: { id: c } },
  ]);
  t.equal(letters.body.data.length, 1);

  second.answer(() => ({}));
  t.equal((await api.call('POST', `/api/executions/${execution.id}/retry`)).status, 202);
  const again = await eventually('the second run has ended', async () => {
    const found = await api.execution(execution.id);
    return found.status === 'succeeded' && found;
  });
  t.same(statesOf(again), [
    [0, 'failed', true],
    [1, 'succeeded', false],
    [3, 'dead_lettered', true],
  ]);
  t.same(
    [first, second, third].map(({ requests }) => requests.map(({ attempt }) => attempt)),
    [[1, 2], [1, 2, 3], [1]],
  );
  t.equal(
    new Set(second.requests.map(({ deliveryId }) => deliveryId)).size,
    1,
    'one delivery over both runs',
  );
  const after = await api.call<{ data: unknown[] }>('GET', '/api/dead-letters', {
    query: { workflowId: id },
  });
  t.same(after.body.data, [], 'and no dead letter is left');
});

t.test('a fallback that is paced takes its turn', async (t) => {
  const COUNT = 12;
  const dead = await startReceiver(t, () => ({ status: 400 }));
  const paced = await startReceiver(t);
  const endpointId = await endpointTo(paced.url, { pace: { perSecond: 8 } });
  const { id } = await api.createWorkflow({
    triggers: [triggerTo(dead.url, [{ type: 'endpoint', endpointId }])],
  });
  const sent = await Promise.all(Array.from({ length: COUNT }, () => api.send(id)));
  for (const { body } of sent) t.match(await ended(api, body.executionId), { status: 'succeeded' });
  const times = paced.requests.map(({ at }) => at);
  t.equal(times.length, COUNT);
  // Twelve at eight a second: the last not much before 11/8 s after the first; a burst would be over at once.
  t.ok(Math.max(...times) - Math.min(...times) > 700, 'not all at once');
});

t.test('two siblings fall back, each to its own end', async (t) => {
  const dead = await startReceiver(t, () => ({ status: 400 }));
  const [one, other] = [await startReceiver(t), await startReceiver(t, () => ({ status: 503 }))];
  const [b, c] = [await endpointTo(one.url), await endpointTo(other.url)];
  const { id } = await api.createWorkflow({
    triggers: [
      triggerTo(dead.url, [{ type: 'endpoint', endpointId: b }]),
      triggerTo(dead.url, [{ type: 'endpoint', endpointId: c }]),
    ],
  });
  const sent = await Promise.all(Array.from({ length: 5 }, () => api.send(id)));
  for (const { body } of sent) {
    const execution = await ended(api, body.executionId);
    t.equal(execution.status, 'dead_lettered');
    t.same(
      execution.deliveries
        .filter((delivery) => !delivery.isSuperseded)
        .map(({ status }) => status)
        .sort(),
      ['dead_lettered', 'succeeded'],
    );
  }
  t.equal(one.requests.length, sent.length, 'what succeeded was sent once');
});

t.test('a fallback is followed as the trigger has it when the attempts are used up', async (t) => {
  const dead = await startReceiver(t, () => ({ status: 400 }));
  const spare = await startReceiver(t);
  const idle = await endpointTo(spare.url, { isActive: false });
  const later = await endpointTo(spare.url);
  const workflow = await api.createWorkflow({
    triggers: [triggerTo(dead.url, [{ type: 'endpoint', endpointId: idle }])],
  });
  const sent = await api.send(workflow.id);
  const execution = await ended(api, sent.body.executionId);
  t.equal(execution.status, 'failed');
  t.match(
    execution.deliveries[0]?.attempts[0]?.advice,
    /Fallback 1 was skipped, because its endpoint is not active\.$/,
  );
  t.match(logged('delivery.fallback_skipped', execution.id), [
    { level: 'warn', reason: 'endpoint_inactive' },
  ]);
  t.match(await api.call('DELETE', `/api/webhook-endpoints/${idle}`), {
    status: 409,
    body: { code: 'endpoint_in_use' },
  });
  const path = `/api/workflow-triggers/${workflow.triggers[0]?.id}`;
  const fallback = [{ type: 'endpoint', endpointId: later }];
  t.equal((await api.call('PATCH', path, { json: { fallback } })).status, 200);
  t.equal((await api.call('DELETE', `/api/webhook-endpoints/${idle}`)).status, 204);
  await api.call('POST', `/api/executions/${execution.id}/retry`);
  await eventually(
    'the new one takes it',
    async () => (await api.execution(execution.id)).status === 'succeeded',
  );
  t.equal(spare.requests.length, 1);
});

t.test('a changed fallback endpoint shows with the next delivery to it', async (t) => {
  const dead = await startReceiver(t, () => ({ status: 400 }));
  const [before, after] = [await startReceiver(t), await startReceiver(t)];
  const endpointId = await endpointTo(before.url);
  const { id } = await api.createWorkflow({
    triggers: [triggerTo(dead.url, [{ type: 'endpoint', endpointId }])],
  });
  t.equal((await ended(api, (await api.send(id)).body.executionId)).status, 'succeeded');
  const tag = async () => (await api.call('GET', `/api/workflows/${id}`)).headers.etag;
  const seen = await tag();
  await api.call('PATCH', `/api/webhook-endpoints/${endpointId}`, { json: { url: after.url } });
  t.not(await tag(), seen, 'it is a change of the workflow');
  await eventually('it goes to the new address', async () => {
    await ended(api, (await api.send(id)).body.executionId);
    return after.requests.length > 0;
  });
});

t.test('a trigger that is switched off takes nothing new, and what it has goes on', async (t) => {
  let isDown = true;
  let first: string | undefined;
  const receiver = await startReceiver(t, ({ executionId }) => {
    first ??= executionId;
    return { status: isDown && executionId === first ? 503 : 200 };
  });
  const retryPolicy = { baseMs: 300, capMs: 300, maxAttempts: 50 };
  const workflow = await api.createWorkflow({ triggers: [{ endpoint: { url: receiver.url, retryPolicy } }] });
  const under = await api.send(workflow.id);
  await receiver.waitFor('its first attempt', (all) => all.length > 0);
  const path = `/api/workflow-triggers/${workflow.triggers[0]?.id}`;
  t.equal((await api.call('PATCH', path, { json: { isActive: false } })).status, 200);
  await eventually('new ones are taken by nobody', async () => {
    const { outcome } = await ended(api, (await api.send(workflow.id)).body.executionId);
    return outcome === 'no_trigger';
  });
  isDown = false;
  t.match(await ended(api, under.body.executionId), { status: 'succeeded', outcome: 'delivered' });
});
