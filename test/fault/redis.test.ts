import { createApi } from '../helpers/api.ts';
import { eventually } from '../helpers/eventually.ts';
import { createTestDatabase } from '../helpers/postgres.ts';
import { type Answer, startReceiver } from '../helpers/receiver.ts';
import { startRedis, type TestRedis } from '../helpers/redis.ts';
import { type Env, startService } from '../helpers/service.ts';
import t, { type Test } from '../helpers/tap.ts';
import { audit } from './audit.ts';
import { createSender, type Sender, type Sent, sendMany, tally } from './load.ts';

// Minutes on a busy machine.
const LIMIT_MS = 600_000;
t.setTimeout(LIMIT_MS);

/** How many webhooks are measured, at the least, and for how long: until connections to Redis are given up and made again. */
const COUNT = 50;
const FROZEN_MS = 5_000;

const redis = await startRedis(t);
if (redis) redisTests(redis);

function redisTests(redis: TestRedis): void {
  t.test('Redis is away: webhooks are taken, and executed when it is back', async (t) => {
    const { receiver, api, createWorkflow } = await start(t, redis);
    const { workflowId, sender } = await createWorkflow();
    await redis.stop();
    const sent = await sendMany(sender, 100);
    t.same(tally(sent), { 200: 100 });
    await redis.restart();
    const found = await audit(t, { api, receiver, workflowId, sent, withinMs: 30_000 });
    t.equal(found.executed, 100);
    t.comment(found);
  });

  t.test('Redis is frozen: nobody waits for it', async (t) => {
    const { receiver, api, createWorkflow } = await start(t, redis);
    t.teardown(() => redis.thaw());
    const taken: { workflowId: string; sent: Sent[] }[] = [];
    let rounds = 0;
    let delays = [0];
    do {
      rounds++;
      const plain = await createWorkflow();
      const limited = await createWorkflow({ rateLimit: { max: COUNT + 10, windowSeconds: 3_600 } });
      const workflows = [plain, limited];
      const senders = workflows.map(({ sender }) => sender);
      const usual = await inTurn(senders, { count: COUNT, forMs: 0 });
      redis.freeze();
      const frozen = await inTurn(senders, { count: COUNT, forMs: FROZEN_MS });
      redis.thaw();
      for (const [of, { workflowId }] of workflows.entries()) {
        taken.push({ workflowId, sent: [...(usual[of] ?? []), ...(frozen[of] ?? [])] });
      }
      // Had they been counted, the limit would have been reached.
      for (const sent of frozen) t.same(tally(sent), { 200: sent.length }, 'all were taken');
      delays = frozen.map((sent, of) => slowestOf(sent) - slowestOf(usual[of] ?? []));
      t.comment('slowest:', { usual: usual.map(slowestOf), frozen: frozen.map(slowestOf) });
      const refused = async () => (await limited.sender.send()).code === 'rate_limited';
      await eventually('the limit is kept again', refused);
      // What Redis delays it delays each time; what the machine does not.
    } while (Math.max(...delays) > 250 && rounds < 3);
    t.ok(Math.max(...delays) <= 250, `the slowest waited ${delays.join(' and ')} ms longer`);
    for (const { workflowId, sent } of taken) {
      t.comment(await audit(t, { api, receiver, workflowId, sent }));
    }
  });

  t.test('FLUSHALL while executions wait and run', async (t) => {
    const { receiver, api, createWorkflow } = await start(t, redis, { WORKER_CONCURRENCY: '10' });
    const { workflowId, sender } = await createWorkflow();
    const gate = createGate();
    receiver.answer(() => gate.opened);
    const sent = await sendMany(sender, 510);
    t.same(tally(sent), { 200: 510 });
    await receiver.waitFor('eight at once', (requests) => requests.length >= 8);
    await redis.flush();
    sent.push(...(await sendMany(sender, 10)));
    t.same(tally(sent), { 200: 520 }, 'more come meanwhile');
    t.equal(receiver.requests.length, 8, 'the share of one organization runs all the while');
    gate.open();
    const found = await audit(t, { api, receiver, workflowId, sent });
    t.equal(found.executed, 520);
    t.comment(found);
  });
}

async function start(t: Test, redis: TestRedis, env: Env = {}) {
  const database = await createTestDatabase(t);
  const service = await startService(t, {
    env: { DATABASE_URL: database.url, REDIS_URL: redis.url, ...env },
  });
  const receiver = await startReceiver(t);
  const api = createApi(t, service);
  const createWorkflow = async (webhook: object = {}) => {
    const { id: workflowId } = await api.createWorkflow({
      webhook: { authType: 'none', ...webhook },
      triggers: [{ endpoint: { url: receiver.url, retryPolicy: { baseMs: 100 } } }],
    });
    const sender = createSender(t, `${service.url}/api/webhooks/${workflowId}`, 20);
    return { workflowId, sender };
  };
  return { receiver, api, createWorkflow };
}

/** To each of them in turn, one webhook after the other: at least `count` each, for at least `forMs` milliseconds. */
async function inTurn(senders: Sender[], { count, forMs }: { count: number; forMs: number }) {
  const sent = senders.map((): Sent[] => []);
  const begun = performance.now();
  for (let round = 0; round < count || performance.now() - begun < forMs; round++) {
    for (const [of, sender] of senders.entries()) sent[of]?.push(await sender.send());
  }
  return sent;
}

const slowestOf = (sent: Sent[]): number => Math.round(Math.max(...sent.map(({ ms }) => ms)));

/** Holds answers until it is opened. */
function createGate(): { opened: Promise<Answer>; open: () => void } {
  let open = () => {};
  const opened = new Promise<Answer>((resolve) => {
    open = () => resolve({ status: 200 });
  });
  return { opened, open };
}
