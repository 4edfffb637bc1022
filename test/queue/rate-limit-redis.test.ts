import rateLimit from '@fastify/rate-limit';
import fastify from 'fastify';
import { createRateLimitRedis } from '../../src/queue/rate-limit-redis.ts';
import { eventually } from '../helpers/eventually.ts';
import { startRedis } from '../helpers/redis.ts';
import t, { type Test } from '../helpers/tap.ts';
import { recordLog } from './backends.ts';

async function startApp(t: Test, redisUrl: string) {
  const { log, messages } = recordLog();
  let uncounted = 0;
  const limiter = createRateLimitRedis({ redisUrl, log, onUnavailable: () => (uncounted += 1) });
  t.teardown(limiter.close);
  const app = fastify();
  t.teardown(() => app.close());
  await app.register(rateLimit, { max: 2, timeWindow: 60_000, redis: limiter.redis, skipOnError: true });
  app.get('/', async () => 'ok');
  const get = async (remoteAddress: string) => (await app.inject({ url: '/', remoteAddress })).statusCode;
  return { get, messages, uncounted: () => uncounted };
}

t.test('requests are counted, and pass uncounted while Redis is away', async (t) => {
  const redis = await startRedis(t);
  if (redis === null) return;
  const { get, messages, uncounted } = await startApp(t, redis.url);
  const counts = (address: string) =>
    eventually(`${address} is limited`, async () => (await get(address)) === 429);
  await counts('10.0.0.1');
  t.equal(await get('10.0.0.2'), 200, 'each address by itself');

  redis.freeze();
  t.teardown(redis.thaw);
  const before = uncounted();
  const startedAt = performance.now();
  for (let requests = 0; requests < 300; requests += 1) {
    if ((await get('10.0.0.1')) !== 200) t.fail('it is not passed');
  }
  t.equal(uncounted() - before, 300);
  t.ok(performance.now() - startedAt < 15_000, '300 requests did not wait for 100 ms each');
  t.match(messages(), ['rate_limit.unavailable']);
  redis.thaw();
  await counts('10.0.0.1');

  await redis.stop();
  t.equal(await get('10.0.0.1'), 200);
  await redis.restart();
  await counts('10.0.0.3');
});

t.test('a Redis that is not there when we start', async (t) => {
  const redis = await startRedis(t);
  if (redis === null) return;
  await redis.stop();
  const { get, uncounted } = await startApp(t, redis.url);
  t.equal(await get('10.0.0.1'), 200);
  t.equal(uncounted(), 1);
  await redis.restart();
  await eventually('it counts', async () => (await get('10.0.0.1')) === 429);
});
