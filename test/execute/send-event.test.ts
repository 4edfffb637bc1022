import { createHmac } from 'node:crypto';
import { createClient } from '../../src/dispatch/client.ts';
import { DEFAULT_CIRCUIT_BREAKER } from '../../src/domain/circuit-breaker.ts';
import { eventBody, eventBodyOfJson } from '../../src/domain/event-body.ts';
import { newId } from '../../src/domain/ids.ts';
import type { Endpoint } from '../../src/domain/workflow.ts';
import { aboutEvents, sendEvent } from '../../src/execute/send-event.ts';
import type { LeasedEvent } from '../../src/store/event-claim.ts';
import { type Script, startReceiver } from '../helpers/receiver.ts';
import t, { type Test } from '../helpers/tap.ts';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

async function setUp(t: Test, script?: Script) {
  const receiver = await startReceiver(t, script);
  const client = createClient({ allowCidrs: ['127.0.0.0/8'], allowHosts: [] });
  t.teardown(() => client.close());
  const send = (endpoint: Partial<Endpoint> = {}, event: Partial<LeasedEvent> = {}) =>
    sendEvent(client, leased({ ...endpointAt(`${receiver.url}/webhook/a`), ...endpoint }, event));
  return { receiver, send };
}

const endpointAt = (url: string): Endpoint => ({
  id: newId(),
  url,
  secret: SECRET,
  timeoutMs: 5_000,
  retryPolicy: { maxAttempts: 3, baseMs: 1_000, capMs: 60_000 },
  onAmbiguous: 'retry',
  retryWorkflowErrors: true,
  payloadLimitBytes: null,
  headers: {},
  pace: null,
  circuitBreaker: DEFAULT_CIRCUIT_BREAKER,
  isActive: true,
});

function leased(endpoint: Endpoint, overrides: Partial<LeasedEvent> = {}): LeasedEvent {
  const id = newId();
  return {
    id,
    organizationId: newId(),
    endpointId: endpoint.id,
    event: 'order.created',
    executionId: null,
    hops: null,
    body: eventBody({ id, event: 'order.created', at: new Date(0), data: { a: 1 } }),
    endpoint,
    leaseToken: newId(),
    run: 1,
    attempt: 1,
    runAttempt: 1,
    afterLost: false,
    ...overrides,
  };
}

t.test('one shape for every event, around JSON as it was written', async (t) => {
  const head = { id: 'i', event: 'a "b"', at: new Date(0) };
  const text = '{"eventId":"i","event":"a \\"b\\"","timestamp":"1970-01-01T00:00:00.000Z","data":';
  t.equal(String(eventBody({ ...head, data: { n: [1, null] } })), `${text}{"n":[1,null]}}`);
  t.equal(String(eventBody({ ...head, data: undefined })), `${text}null}`);
  t.equal(
    String(eventBodyOfJson(head, Buffer.from('12345678901234567890.10'))),
    `${text}12345678901234567890.10}`,
  );
});

t.test(
  'an event is sent as a webhook of our own: signed in every way, with the headers asked for',
  async (t) => {
    const { receiver, send } = await setUp(t, () => ({ body: '{"message":"Workflow was started"}' }));
    const headers = { 'X-Token': 'a-secret-token', 'User-Agent': 'shop' };
    const attempt = await send({ headers }, { attempt: 7, runAttempt: 2, hops: 3 });
    t.match(attempt, {
      result: 'succeeded',
      outcome: 'delivered',
      state: 'succeeded',
      statusCode: 200,
      retryInMs: null,
      error: null,
    });
    t.equal(String(attempt.responseBody), '{"message":"Workflow was started"}');
    const [request] = receiver.requests;
    if (!request) throw new Error('nothing arrived');
    const { id, body } = attempt.event;
    t.same(request.body, body);
    t.equal(request.method, 'POST');
    t.equal(request.url, '/webhook/a');
    t.match(request.headers, {
      'content-type': 'application/json',
      'user-agent': 'shop',
      'x-token': 'a-secret-token',
      'x-hookgate-event-id': id,
      'x-hookgate-attempt': '7',
      'x-hookgate-hops': '3',
      'webhook-id': id,
      traceparent: `00-${id.replaceAll('-', '')}-`,
    });
    t.notOk('x-n8n-api-key' in request.headers);
    const key = Buffer.alloc(32, 5);
    t.equal(request.headers['x-webhook-signature'], createHmac('sha256', key).update(body).digest('hex'));
    const timestamp = request.headers['webhook-timestamp'];
    const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
    const standard = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
    t.equal(request.headers['webhook-signature'], standard, 'as Standard Webhooks has it');
    t.equal(request.headers['x-hookgate-signature'], request.headers['webhook-signature']);
    t.equal(request.headers['x-hookgate-timestamp'], request.headers['webhook-timestamp']);
  },
);

t.test('outcomes are judged as those of deliveries are', async (t) => {
  const { receiver, send } = await setUp(t, () => ({ status: 503, headers: { 'retry-after': '120' } }));
  const later = await send();
  t.match(later, { result: 'failed', outcome: 'server_error', state: 'retrying' });
  t.ok((later.retryInMs ?? 0) >= 120_000);
  const last = await send({}, { runAttempt: 3, attempt: 9 });
  t.match(last, { state: 'dead_lettered', retryInMs: null });
  t.match(last.advice, 'POST /api/webhook-events/:id/retry');
  receiver.answer(() => ({ status: 410 }));
  const refused = await send();
  t.match(refused, { outcome: 'http_410', state: 'failed' });
  t.match(refused.advice, 'retry the event');
  receiver.answer(() => 'destroy');
  t.match(await send(), { result: 'ambiguous', outcome: 'connection_lost', state: 'retrying' });
  t.match(await send({ onAmbiguous: 'hold' }), { outcome: 'ambiguous_held', state: 'failed' });
  receiver.answer(() => ({ status: 500, body: '{"message":"a-secret-token"}' }));
  const told = await send({ headers: { 'x-token': 'a-secret-token' } });
  t.equal(String(told.responseBody), '{"message":"[redacted]"}', 'whoever tells what it was sent');
  await receiver.close();
  t.match(await send(), { outcome: 'connection_refused', state: 'retrying', responseBody: null });
});

t.test('what must not be sent is not', async (t) => {
  const { receiver, send } = await setUp(t);
  t.match(await send({ onAmbiguous: 'hold' }, { afterLost: true }), {
    outcome: 'ambiguous_held',
    state: 'failed',
  });
  t.match(await send({}, { afterLost: true, runAttempt: 4 }), {
    outcome: 'worker_lost',
    state: 'dead_lettered',
  });
  t.match(await send({}, { endpoint: null }), {
    outcome: 'secret_unreadable',
    state: 'retrying',
    isUncounted: true,
    retryInMs: 60_000,
  });
  t.same(receiver.requests, []);
  t.match(await send({}, { afterLost: true, runAttempt: 3 }), { state: 'succeeded' });
  t.equal(receiver.requests.length, 1);
});

t.test('advice about deliveries is put into words about events', async (t) => {
  t.equal(
    aboutEvents('Correct it, then retry the execution with POST /api/executions/:id/retry.'),
    'Correct it, then retry the event with POST /api/webhook-events/:id/retry.',
  );
});
