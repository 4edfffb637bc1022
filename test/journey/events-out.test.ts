import { createHmac, randomBytes } from 'node:crypto';
import type { WebhookEvent } from '../../src/http/schemas/webhook-events.ts';
import type { Api } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { startJourney } from '../helpers/journey.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { type Received, type Receiver, startReceiver } from '../helpers/receiver.ts';
import t, { type Test } from '../helpers/tap.ts';

// Minutes on a busy machine.
const LIMIT_MS = 300_000;
t.setTimeout(LIMIT_MS);

const SECRET = 'the secret that signs what goes out';
const WITHIN = { withinMs: 120_000 };

const register = async (api: Api, name: string, { url }: Receiver, settings: object = {}) => {
  const json = { name, url, secret: SECRET, ...settings };
  const answer = await api.call<{ id: string }>('PUT', '/api/webhooks/n8n', { json });
  if (answer.status > 201) throw new Error(JSON.stringify(answer.body));
  return answer.body.id;
};

async function send(api: Api, endpoint: string, data: unknown = null): Promise<string> {
  const json = { endpoint, event: 'order.created', data };
  const answer = await api.call<{ eventId: string }>('PATCH', '/api/webhooks/n8n', { json });
  if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
  return answer.body.eventId;
}

const show = async (api: Api, id: string) =>
  (await api.call<WebhookEvent>('GET', `/api/webhook-events/${id}`)).body;

const becomes = (api: Api, id: string, state: string) =>
  eventually(
    `the event is ${state}`,
    async () => {
      const event = await show(api, id);
      return event.state === state && event;
    },
    WITHIN,
  );

const eventId = ({ headers }: Received) => String(headers['x-hookgate-event-id']);

const newEnv = async (t: Test) => ({
  DATABASE_URL: (await createTestDatabase(t)).url,
  ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
});

t.test('an event is retried until n8n has it, and the trail tells how it went', async (t) => {
  const { api, logs } = await startJourney(t);
  const answers = [
    { status: 503 },
    'destroy',
    { status: 200, body: '{"message":"Workflow was started"}' },
  ] as const;
  const receiver = await startReceiver(t, () => answers[receiver.requests.length - 1] ?? {});
  await register(api, 'orders', receiver, { retryPolicy: { baseMs: 10, maxAttempts: 5 } });
  const id = await send(api, 'orders', { orderId: 4711 });
  const event = await becomes(api, id, 'succeeded');
  t.same(
    event.attempts.map(({ outcome, result }) => [outcome, result]),
    [
      ['server_error', 'failed'],
      ['connection_lost', 'ambiguous'],
      ['delivered', 'succeeded'],
    ],
  );
  t.match(event.attempts[2]?.response, { body: { message: 'Workflow was started' } });
  t.same(receiver.requests.map(eventId), [id, id, id], 'under the same id');
  t.same(
    receiver.requests.map(({ attempt }) => attempt),
    [1, 2, 3],
  );
  for (const { body, headers } of receiver.requests) {
    t.match(JSON.parse(String(body)), { eventId: id, event: 'order.created', data: { orderId: 4711 } });
    t.equal(headers['x-webhook-signature'], createHmac('sha256', SECRET).update(body).digest('hex'));
    t.equal(headers['webhook-id'], id);
  }
  t.equal(logs.filter(({ msg, eventId }) => msg === 'event.attempted' && eventId === id).length, 3);
  const metrics = (await api.call<string>('GET', '/metrics')).body;
  t.match(metrics, /^hookgate_events_sent_total\{result="succeeded"\} 1$/m);
  t.match(metrics, /^hookgate_events_sent_total\{result="retrying"\} 2$/m);
  t.match(metrics, /^hookgate_events_waiting 0$/m);

  receiver.answer(() => ({ status: 410 }));
  const refused = await send(api, 'orders');
  t.match(await becomes(api, refused, 'failed'), { outcome: 'http_410' });
  receiver.answer(() => ({}));
  t.equal((await api.call('POST', `/api/webhook-events/${refused}/retry`)).status, 202);
  t.match(await becomes(api, refused, 'succeeded'), { run: 2, attemptCount: 2 });
});

t.test('endpoints that are dead or slow delay nobody else', async (t) => {
  const { api } = await startJourney(t);
  const [dead, hanging, healthy] = await Promise.all([
    startReceiver(t, () => ({ status: 503 })),
    startReceiver(t, () => 'hang'),
    startReceiver(t),
  ]);
  await register(api, 'dead', dead, { retryPolicy: { baseMs: 10 }, circuitBreaker: { minimumAttempts: 5 } });
  await register(api, 'hanging', hanging, { timeoutMs: 60_000 });
  await register(api, 'healthy', healthy);
  for (let i = 0; i < 20; i++) await Promise.all([send(api, 'dead'), send(api, 'hanging')]);
  const ids: string[] = [];
  for (let i = 0; i < 20; i++) ids.push(await send(api, 'healthy'));
  await healthy.waitFor('all of its own', (all) => ids.every((id) => all.some((one) => eventId(one) === id)));
  t.equal(hanging.requests.length, 4, 'the slow one has its share under way and no more');
  await eventually('the circuit of the dead one is open', async () => {
    const { body } = await api.call<{ endpoints: { data: { name: string; circuit: { state: string } }[] } }>(
      'GET',
      '/api/webhooks/n8n',
    );
    return body.endpoints.data.find(({ name }) => name === 'dead')?.circuit.state === 'open';
  });
  const { body } = await api.call<{ data: { isHeld: boolean; state: string }[] }>(
    'GET',
    '/api/webhook-events',
    {
      query: { state: 'retrying' },
    },
  );
  t.ok(body.data.length > 0, 'and nothing of it is lost');
  const ready = await api.call<{ checks: { work: { status: string } } }>('GET', '/readyz');
  t.equal(ready.body.checks.work.status, 'ok');
});

t.test('a shutdown finishes what is under way and takes no more', async (t) => {
  const env = await newEnv(t);
  const journey = await startJourney(t, { env });
  const answers: (() => void)[] = [];
  const receiver = await startReceiver(t, () => new Promise((resolve) => answers.push(() => resolve({}))));
  await register(journey.api, 'orders', receiver, { pace: { concurrency: 1 } });
  const [under, waiting] = [await send(journey.api, 'orders'), await send(journey.api, 'orders')];
  await receiver.waitFor('the first', (all) => all.length === 1);
  const closed = journey.close();
  await eventually('it takes no more', () =>
    journey.logs.some(({ msg, phase }) => msg === 'shutdown.phase' && phase === 'finish_requests'),
  );
  answers[0]?.();
  await closed;
  t.equal(receiver.requests.length, 1);
  receiver.answer(() => ({}));
  const { api } = await startJourney(t, { env });
  t.match(await becomes(api, under, 'succeeded'), { attemptCount: 1 });
  t.match(await becomes(api, waiting, 'succeeded'), { attemptCount: 1 });
});
