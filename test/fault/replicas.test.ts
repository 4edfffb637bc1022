import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Api, createApi } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { type Receiver, startReceiver } from '../helpers/receiver.ts';
import { startRedis } from '../helpers/redis.ts';
import { startService, type TestService } from '../helpers/service.ts';
import t, { type Test } from '../helpers/tap.ts';
import { withClient } from '../helpers/template.ts';
import { audit } from './audit.ts';
import { holdWebhook } from './held.ts';
import { type Answered, accepted, createSender, type Sender, startLoad, tally } from './load.ts';

// Minutes on a busy machine.
const LIMIT_MS = 600_000;
t.setTimeout(LIMIT_MS);

/** What DESIGN promises of a change: after this long every process obeys it. Milliseconds. */
const OBEYED_AFTER_MS = 1_000;

const redis = await startRedis(t);
if (redis) {
  t.test('two that receive and one that executes', async (t) => {
    const replicas = await startReplicas(t, redis.url);
    await t.test('a change is obeyed within a second', (t) => changesAreObeyed(t, replicas));
    await t.test('also while nobody can listen for long', (t) => changesWithoutListening(t, replicas));
    await t.test('each stopped under load', (t) => stoppedUnderLoad(t, replicas));
  });
}

interface Replicas {
  databaseUrl: string;
  first: TestService;
  second: TestService;
  worker: TestService;
  api: Api;
  receiver: Receiver;
  createWorkflow(): Promise<string>;
}

async function startReplicas(t: Test, redisUrl: string): Promise<Replicas> {
  const { url: databaseUrl } = await createTestDatabase(t);
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    ADMIN_API_KEY: `test_${randomBytes(24).toString('hex')}`,
  };
  const receiver = await startReceiver(t);
  const [first, second, worker] = await Promise.all([
    startService(t, { env: { ...env, ROLE: 'api' } }),
    startService(t, { env: { ...env, ROLE: 'api' } }),
    startService(t, { env: { ...env, ROLE: 'worker' } }),
  ]);
  const api = createApi(t, first);
  const createWorkflow = async () => {
    const { id } = await api.createWorkflow({
      triggers: [{ endpoint: { url: receiver.url, retryPolicy: { baseMs: 100 } } }],
    });
    return id;
  };
  return { databaseUrl, first, second, worker, api, receiver, createWorkflow };
}

const webhookUrl = ({ url }: TestService, workflowId: string) => `${url}/api/webhooks/${workflowId}`;

/** A change, and what the other process answers when it obeys it. */
interface Change {
  make: (api: Api, workflowId: string) => Promise<unknown>;
  answer: string;
  /** What it answers too, in the course of time. */
  alsoAnswers?: string;
}

const CHANGES: Change[] = [
  {
    make: (api, id) => api.changeWebhook(id, { authType: 'hmac' }),
    answer: '401 authentication_failed',
    alsoAnswers: '429 too_many_failures',
  },
  { make: (api, id) => api.changeWebhook(id, { authType: 'none' }), answer: '200' },
  { make: (api, id) => api.changeWebhook(id, { ipAllowlist: ['10.0.0.0/8'] }), answer: '403 ip_not_allowed' },
  { make: (api, id) => api.changeWebhook(id, { ipAllowlist: [] }), answer: '200' },
  { make: (api, id) => api.changeWorkflow(id, { isActive: false }), answer: '403 workflow_inactive' },
  { make: (api, id) => api.changeWorkflow(id, { isActive: true }), answer: '200' },
];

interface Probe {
  startedAt: number;
  answer: string;
}

/** Makes each change through one process, while the other is asked all the time. */
async function changesAreObeyed(t: Test, { first, second, createWorkflow }: Replicas): Promise<void> {
  const api = createApi(t, first);
  const workflowId = await createWorkflow();
  const sender = createSender(t, webhookUrl(second, workflowId), 4);
  const probes: Probe[] = [];
  const load = startLoad(t, { sender: probing(sender, probes), senders: 4 });
  await eventually('it is cached', () => probes.length > 20);

  for (const { make, answer, alsoAnswers } of CHANGES) {
    await make(api, workflowId);
    const changedAt = performance.now();
    const late = () => probes.filter(({ startedAt }) => startedAt >= changedAt + OBEYED_AFTER_MS);
    await eventually('webhooks are sent after that', () => late().length > 20);
    const isObeyed = (probe: Probe) => probe.answer === answer || probe.answer === alsoAnswers;
    t.same(new Set(late().filter((probe) => !isObeyed(probe))), new Set(), answer);
    const stale = probes.filter((probe) => probe.startedAt > changedAt && !isObeyed(probe)).length;
    t.comment(answer, { stale });
  }
  await load.stop();
}

function probing(sender: Sender, probes: Probe[]): Sender {
  return {
    ...sender,
    async send() {
      const startedAt = performance.now();
      const sent = await sender.send();
      probes.push({ startedAt, answer: `${sent.status} ${sent.code}`.trim() });
      // There is no need for thousands of them.
      await delay(10);
      return sent;
    },
  };
}

async function changesWithoutListening(t: Test, replicas: Replicas): Promise<void> {
  let stopped = false;
  let terminated = 0;
  const storm = withClient(replicas.databaseUrl, async (client) => {
    while (!stopped) {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'hookgate-listen' AND datname = current_database()`,
      );
      terminated += rowCount ?? 0;
      await delay(50);
    }
  });
  try {
    await changesAreObeyed(t, replicas);
  } finally {
    stopped = true;
    await storm;
  }
  t.ok(terminated > 20, `${terminated} connections were terminated`);
}

async function stoppedUnderLoad(t: Test, replicas: Replicas): Promise<void> {
  const { first, second, worker, receiver, api, createWorkflow } = replicas;
  const workflowId = await createWorkflow();
  // Long enough for some to be under way at any moment.
  receiver.answer(async () => {
    await delay(30);
    return {};
  });
  const sent: Answered[] = [];
  for (const [name, stopped] of Object.entries({ first, second, worker })) {
    const loads = [first, second].map((service) => {
      const sender = createSender(t, webhookUrl(service, workflowId), 10);
      return startLoad(t, { sender, senders: 10 });
    });
    const delivered = receiver.requests.length;
    await eventually('webhooks are accepted', () => loads.every((load) => accepted(load.sent).length > 50));
    await receiver.waitFor('deliveries', (requests) => requests.length > delivered + 20);

    const held = stopped === worker ? null : await holdWebhook(t, webhookUrl(stopped, workflowId));
    const from = stopped.logs.length;
    stopped.signal('SIGTERM');
    await stopped.waitForLog(({ msg }) => msg === 'shutdown.started', { from });
    if (held) {
      const answer = await held.finish();
      t.equal(answer.status, 200, 'what it had begun with is answered');
      sent.push(answer);
    }
    t.same(await stopped.exited(), { code: 0, signal: null }, `${name} ended gracefully`);
    for (const load of loads) sent.push(...(await load.stop()));
    await stopped.restart();
  }
  const found = await audit(t, { api, receiver, workflowId, sent });
  t.comment({ ...found, answers: tally(sent) });
  t.same(
    sent.filter(({ status, code }) => ![0, 200].includes(status) && code !== 'shutting_down'),
    [],
    'whoever was not accepted was told so, or found nobody',
  );
}
