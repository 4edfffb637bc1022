import { randomBytes } from 'node:crypto';
import { Pool } from 'undici';
import { createApi, type WebhookAnswer } from '../helpers/api.ts';
import { openTestDatabase } from '../helpers/database.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { startService } from '../helpers/service.ts';
import t from '../helpers/tap.ts';
import { audit } from './audit.ts';
import { answered } from './load.ts';

const LIMIT_MS = 300_000;
t.setTimeout(LIMIT_MS);

const EVENTS = 1_000;
const DELIVERIES = 10;
const TOTAL = EVENTS * DELIVERIES;
const CONNECTIONS = 200;

const { url: databaseUrl, db } = await openTestDatabase(t);
const env = {
  DATABASE_URL: databaseUrl,
  ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
  // Many wait at once here, on a machine that may be busy.
  INGEST_TIMEOUT_MS: '60000',
};
const receiver = await startReceiver(t);
const services = await Promise.all([1, 2, 3].map(() => startService(t, { env })));
const [service] = services as [(typeof services)[0]];
const api = createApi(t, service);
const senders = services.map(({ url }) => new Pool(url, { connections: CONNECTIONS }));
t.teardown(() => Promise.all(senders.map((sender) => sender.destroy())));

interface Answer extends WebhookAnswer {
  event: number;
  status: number;
}

async function deliver(sender: Pool | undefined, path: string, event: number): Promise<Answer> {
  if (sender === undefined) throw new Error('no such process');
  const { statusCode, body } = await sender.request({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: `event-${event}` }),
  });
  return { ...((await body.json()) as WebhookAnswer), status: statusCode, event };
}

t.test('10,000 deliveries of 1,000 events at once, through three processes', async (t) => {
  const { id } = await api.createWorkflow({
    webhook: { authType: 'none', dedup: { source: 'json:id' } },
    triggers: [{ endpoint: { url: receiver.url } }],
  });
  const startedAt = performance.now();
  // Those of one event come nearly together, each time through another process.
  const answers = await Promise.all(
    Array.from({ length: TOTAL }, (_, i) => {
      const event = Math.floor(i / DELIVERIES / 50) * 50 + (i % 50);
      return deliver(senders[i % senders.length], `/api/webhooks/${id}`, event);
    }),
  );
  const ms = performance.now() - startedAt;
  t.comment(`${TOTAL} were answered in ${Math.round(ms)} ms`);

  t.same(answers.filter(({ status }) => status !== 200).slice(0, 3), [], 'every answer is 200');
  const byEvent = new Map<number, Answer[]>();
  for (const answer of answers) byEvent.set(answer.event, [...(byEvent.get(answer.event) ?? []), answer]);
  t.equal(byEvent.size, EVENTS);
  const wrong = [...byEvent.values()].filter(
    (some) =>
      some.length !== DELIVERIES ||
      new Set(some.map(({ executionId }) => executionId)).size !== 1 ||
      some.filter(({ duplicate }) => duplicate === false).length !== 1,
  );
  t.same(wrong, [], 'each event has one first, and all its answers name its execution');
  const firsts = answers.filter(({ duplicate }) => duplicate === false);
  t.equal(new Set(firsts.map(({ executionId }) => executionId)).size, EVENTS);

  const found = await audit(t, {
    api,
    receiver,
    workflowId: id,
    sent: answers.map((answer) => answered(answer.status, answer)),
  });
  t.same(found, { acknowledged: TOTAL, executed: EVENTS, resent: 0 });
  const named = new Map(firsts.map(({ executionId, event }) => [executionId, `event-${event}`]));
  t.equal(receiver.requests.length, EVENTS, 'n8n gets each event once');
  t.same(
    receiver.requests.filter(
      ({ executionId, body }) => JSON.parse(body.toString()).id !== named.get(executionId),
    ),
    [],
    'under the execution that was named',
  );
  const { duplicates } = await db
    .selectFrom('webhook_logs')
    .select((e) => e.fn.countAll<string>().as('duplicates'))
    .where('is_duplicate', '=', true)
    .executeTakeFirstOrThrow();
  t.equal(Number(duplicates), TOTAL - EVENTS, 'and each delivery has its own log');
});
