import type { EndpointInput } from '../../src/http/schemas/endpoints.ts';
import { ended } from '../helpers/ended.ts';
import { startJourney } from '../helpers/journey.ts';
import { type Receiver, startReceiver } from '../helpers/receiver.ts';
import t from '../helpers/tap.ts';

const { api } = await startJourney(t);

const QUICK = { baseMs: 1, capMs: 1 };

/** Sends one webhook to an endpoint and waits for its end. */
async function deliver(endpoint: EndpointInput) {
  const workflow = await api.createWorkflow({
    triggers: [{ endpoint: { retryPolicy: QUICK, ...endpoint } }],
  });
  const { body } = await api.send(workflow.id, { json: { a: 1 } });
  const execution = await ended(api, body.executionId);
  const [delivery] = execution.deliveries;
  return { execution, attempts: delivery?.attempts ?? [] };
}

const statusesOf = ({ requests }: Receiver) => requests.map((request) => request.answered);

t.test('400 is tried once', async (t) => {
  const receiver = await startReceiver(t, () => ({ status: 400, body: '{"message":"what is this?"}' }));
  const { execution, attempts } = await deliver({ url: receiver.url });
  t.equal(receiver.requests.length, 1);
  t.match(execution, { status: 'failed', outcome: 'http_400', confirmedBy: null });
  t.match(attempts, [
    { attempt: 1, result: 'failed', outcome: 'http_400', statusCode: 400, advice: /./, nextAttemptAt: null },
  ]);
  t.same(attempts[0]?.response?.body, { message: 'what is this?' });
});

t.test('a receiver that never answers: ambiguous, and sent again as the same delivery', async (t) => {
  const receiver = await startReceiver(t, ({ attempt }) => (attempt === 1 ? 'hang' : {}));
  const { execution, attempts } = await deliver({ url: receiver.url, timeoutMs: 100 });
  t.match(execution, { status: 'succeeded' });
  t.match(attempts, [
    { attempt: 1, result: 'ambiguous', outcome: 'timed_out', statusCode: null, response: null },
    { attempt: 2, result: 'succeeded', outcome: 'delivered' },
  ]);
  t.ok((attempts[0]?.durationMs ?? 0) >= 95);
  t.equal(new Set(receiver.requests.map((request) => request.deliveryId)).size, 1);
});

t.test('a connection that breaks: ambiguous', async (t) => {
  const receiver = await startReceiver(t, ({ attempt }) => (attempt === 1 ? 'destroy' : {}));
  const { attempts } = await deliver({ url: receiver.url });
  t.match(attempts, [
    { result: 'ambiguous', outcome: 'connection_lost' },
    { result: 'succeeded', outcome: 'delivered' },
  ]);
});

t.test('what is ambiguous is held where the endpoint says so', async (t) => {
  const receiver = await startReceiver(t, () => 'destroy');
  const { execution, attempts } = await deliver({ url: receiver.url, onAmbiguous: 'hold' });
  t.equal(receiver.requests.length, 1);
  t.match(execution, { status: 'failed', outcome: 'ambiguous_held' });
  t.match(attempts, [{ result: 'ambiguous', outcome: 'ambiguous_held', advice: /retry the execution/ }]);
});

t.test('nobody listens: refused, until the attempts are used up', async (t) => {
  const receiver = await startReceiver(t);
  await receiver.close();
  const { execution, attempts } = await deliver({
    url: receiver.url,
    retryPolicy: { ...QUICK, maxAttempts: 3 },
  });
  t.match(execution, { status: 'dead_lettered', outcome: 'connection_refused' });
  t.same(
    attempts.map(({ attempt, result, outcome }) => `${attempt} ${result} ${outcome}`),
    ['1 failed connection_refused', '2 failed connection_refused', '3 failed connection_refused'],
  );
  t.match(attempts[2]?.advice, /used up/);
});

t.test('Retry-After is obeyed', async (t) => {
  const receiver = await startReceiver(t, ({ attempt }) =>
    attempt === 1 ? { status: 429, headers: { 'retry-after': '1' } } : {},
  );
  const { attempts } = await deliver({ url: receiver.url });
  t.match(attempts, [
    { outcome: 'rate_limited', statusCode: 429 },
    { outcome: 'delivered', statusCode: 200 },
  ]);
  const [first, second] = receiver.requests;
  t.ok((second?.at ?? 0) - (first?.at ?? 0) >= 1_000, 'not a moment earlier');
});

t.test('a redirect is not followed', async (t) => {
  const target = await startReceiver(t);
  const receiver = await startReceiver(t, () => ({ status: 302, headers: { location: target.url } }));
  const { execution, attempts } = await deliver({ url: receiver.url });
  t.match(execution, { status: 'failed', outcome: 'redirected' });
  t.match(attempts, [{ statusCode: 302, advice: /Location/ }]);
  t.same([statusesOf(receiver), statusesOf(target)], [[302], []]);
});

t.test("n8n's answers are named", async (t) => {
  const answers = [
    {
      settings: {},
      status: 404,
      body: '{"code":404,"message":"The requested webhook \\"POST x\\" is not registered."}',
      outcome: 'n8n_webhook_not_found',
      ends: 'succeeded',
    },
    {
      settings: { retryWorkflowErrors: true },
      status: 500,
      body: '{"message":"Error in workflow"}',
      outcome: 'n8n_workflow_error',
      ends: 'succeeded',
    },
    {
      settings: { retryWorkflowErrors: false },
      status: 500,
      body: '{"message":"Error in workflow"}',
      outcome: 'n8n_workflow_error',
      ends: 'failed',
    },
  ];
  for (const { settings, status, body, outcome, ends } of answers) {
    const receiver = await startReceiver(t, ({ attempt }) => (attempt === 1 ? { status, body } : {}));
    const { execution, attempts } = await deliver({ url: receiver.url, ...settings });
    t.match(attempts[0], { outcome, statusCode: status, advice: /n8n/ });
    t.equal(execution.status, ends);
  }
});

t.test('500 to a body over the limit that the endpoint is known to have is not tried again', async (t) => {
  const receiver = await startReceiver(t, () => ({ status: 500 }));
  const { execution } = await deliver({ url: receiver.url, payloadLimitBytes: 5 });
  t.equal(receiver.requests.length, 1);
  t.match(execution, { status: 'failed', outcome: 'n8n_payload_too_large' });
});

t.test('an answer with bytes that are no text, and with NUL', async (t) => {
  const body = Buffer.from([0, 1, 2, 0xff, 0xfe, 0]);
  const receiver = await startReceiver(t, () => ({ status: 400, body, headers: { 'x-odd': 'caf\xe9' } }));
  const { attempts } = await deliver({ url: receiver.url });
  t.match(attempts[0]?.response, { bodyEncoding: 'base64', body: body.toString('base64'), truncated: false });
  t.ok(attempts[0]?.response?.headers.some(({ name, value }) => name === 'x-odd' && value === 'caf\xe9'));
});

t.test('a huge answer is read to a cap', async (t) => {
  const receiver = await startReceiver(t, () => ({ status: 200, body: 'x'.repeat(300_000) }));
  const { execution, attempts } = await deliver({ url: receiver.url });
  t.match(execution, { status: 'succeeded' });
  t.match(attempts[0]?.response, { truncated: true });
  t.equal(String(attempts[0]?.response?.body).length, 65_536);
});
