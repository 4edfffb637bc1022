import { setTimeout as delay } from 'node:timers/promises';
import { type Api, createApi } from '../../helpers/api.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestDatabase } from '../../helpers/postgres.ts';
import { type Receiver, startReceiver } from '../../helpers/receiver.ts';
import { startRedis } from '../../helpers/redis.ts';
import { type Env, startService } from '../../helpers/service.ts';
import t, { type Test } from '../../helpers/tap.ts';

t.setTimeout(300_000);

const ENDPOINTS = 50;
const SLOTS = 50;
/** What one organization may have of them. */
const SHARE = SLOTS * 0.8;
/** Each is a delivery to every endpoint. */
const WEBHOOKS = 40;
/** How often the neighbour sends, and how many times. */
const EVERY_MS = 50;
const COUNT = 60;

t.test('endpoints of one organization that hang stop nobody else (Redis)', async (t) => {
  const redis = await startRedis(t);
  if (redis !== null) await beside(t, { REDIS_URL: redis.url });
});

t.test('endpoints of one organization that hang stop nobody else (Postgres)', async (t) => beside(t, {}));

async function beside(t: Test, env: Env): Promise<void> {
  const { url: DATABASE_URL } = await createTestDatabase(t);
  // What still hangs at the end is broken off soon.
  const service = await startService(t, { env: { DATABASE_URL, SHUTDOWN_TIMEOUT_MS: '1000', ...env } });
  const api = createApi(t, service);
  const [good, hanging] = [await startReceiver(t), await startReceiver(t, () => 'hang')];
  const quiet = await api.createWorkflow({ triggers: [{ endpoint: { url: good.url } }] });
  await measure(api, good, quiet.id);
  const alone = await measure(api, good, quiet.id);

  const other = await createNeighbour(api, hanging.url);
  const sent = await Promise.all(Array.from({ length: WEBHOOKS }, () => api.send(other)));
  t.same(new Set(sent.map(({ status }) => status)), new Set([200]), 'all of it is taken');
  await eventually('it has its share', () => hanging.requests.length >= SHARE);
  const besides = await measure(api, good, quiet.id);
  t.comment({ alone, besides });
  t.equal(hanging.requests.length, SHARE, 'it has no more than that, and nothing of it has ended');
  // Without shares it is the time limit of a call, half a minute; with them it depends on how busy the machine is.
  const limit = 2 * alone.median + 10_000;
  t.ok(besides.median < limit, `a median of ${besides.median} ms beside it, ${alone.median} ms alone`);

  hanging.answer(() => ({}));
  await hanging.close();
  await hanging.open();
  await hanging.waitFor(
    'all of it to be delivered in the end',
    (all) =>
      new Set(all.filter(({ answered }) => answered === 200).map(({ deliveryId }) => deliveryId)).size ===
      WEBHOOKS * ENDPOINTS,
    { withinMs: 120_000 },
  );
}

/** A workflow of another organization, with endpoints all below this URL. */
async function createNeighbour(api: Api, url: string): Promise<string> {
  const { body: organization } = await api.call<{ id: string }>('POST', '/api/organizations', {
    json: { name: 'Neighbour', slug: 'neighbour' },
  });
  const retryPolicy = { baseMs: 100, capMs: 1_000, maxAttempts: 20 };
  const answer = await api.call<{ id: string }>('POST', '/api/workflows', {
    headers: { 'x-organization-id': organization.id },
    json: {
      name: 'hangs',
      webhook: { authType: 'none' },
      triggers: Array.from({ length: ENDPOINTS }, (_, i) => ({
        endpoint: { url: `${url}/${i}`, retryPolicy, circuitBreaker: { enabled: false } },
      })),
    },
  });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body.id;
}

/** From sending a webhook to its delivery, in milliseconds. */
async function measure(api: Api, receiver: Receiver, workflowId: string) {
  const sentAt = new Map<string, number>();
  const sending = Array.from({ length: COUNT }, async (_, i) => {
    await delay(i * EVERY_MS);
    const at = performance.now();
    const { body } = await api.send(workflowId, { json: {} });
    sentAt.set(body.executionId ?? '', at);
  });
  await Promise.all(sending);
  const took = await receiver.waitFor(
    'all that was sent',
    (all) => {
      const of = all.filter(({ executionId }) => sentAt.has(executionId));
      return of.length === COUNT && of.map(({ at, executionId }) => at - (sentAt.get(executionId) ?? 0));
    },
    { withinMs: 120_000 },
  );
  took.sort((a, b) => a - b);
  const at = (part: number) => Math.round(took[Math.floor((COUNT - 1) * part)] ?? 0);
  return { median: at(0.5), p99: at(0.99) };
}
