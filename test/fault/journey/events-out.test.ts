import { randomBytes } from 'node:crypto';
import type { WebhookEvent } from '../../../src/http/schemas/webhook-events.ts';
import { type Api, createApi } from '../../helpers/api.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestDatabase } from '../../helpers/postgres.ts';
import { type Received, type Receiver, startReceiver } from '../../helpers/receiver.ts';
import { startService } from '../../helpers/service.ts';
import t, { type Test } from '../../helpers/tap.ts';

t.setTimeout(300_000);

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

t.test('an event whose sender is killed is sent again, and says why', async (t) => {
  const env = await newEnv(t);
  const first = await startService(t, { env });
  const api = createApi(t, first);
  const receiver = await startReceiver(t, () => 'hang');
  await register(api, 'orders', receiver, { retryPolicy: { baseMs: 10 } });
  const id = await send(api, 'orders');
  await receiver.waitFor('the first attempt', (all) => all.length === 1);
  await first.kill('SIGKILL');
  receiver.answer(() => ({}));
  await first.restart();
  const event = await becomes(api, id, 'succeeded');
  t.same(
    event.attempts.map(({ outcome, result }) => [outcome, result]),
    [
      ['worker_lost', 'ambiguous'],
      ['delivered', 'succeeded'],
    ],
  );
  t.same(receiver.requests.map(eventId), [id, id]);
});

t.test('two processes keep to the pace of an endpoint together, and send each event once', async (t) => {
  const [events, perSecond] = [60, 20];
  const env = await newEnv(t);
  const first = await startService(t, { env });
  const second = await startService(t, { env });
  const apis = [createApi(t, first), createApi(t, second)] as const;
  const [paced, free] = await Promise.all([startReceiver(t), startReceiver(t)]);
  await register(apis[0], 'paced', paced, { pace: { perSecond } });
  await register(apis[0], 'free', free);
  const ids: string[] = [];
  for (let i = 0; i < events; i++) ids.push(await send(apis[i % 2 === 0 ? 0 : 1], 'paced', { i }));
  const other = await send(apis[1], 'free');
  await free.waitFor('what goes elsewhere', (all) => all.some((one) => eventId(one) === other));
  const arrived = await paced.waitFor('all of them', (all) => all.length >= events && [...all], WITHIN);
  t.same(arrived.map(eventId).sort(), ids.sort(), 'each once');
  const seconds = ((arrived.at(-1)?.at ?? 0) - (arrived[0]?.at ?? 0)) / 1_000;
  const pace = (events - 1) / seconds;
  t.comment({ seconds, pace });
  t.ok(pace < perSecond * 1.3, `${pace.toFixed(1)} per second`);
  await becomes(apis[0], ids[0] ?? '', 'succeeded');
});
