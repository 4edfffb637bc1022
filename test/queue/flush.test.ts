import { eventually } from '../helpers/eventually.ts';
import { startRedis } from '../helpers/redis.ts';
import t from '../helpers/tap.ts';
import { createRows, newJobs, openProducer, redisBackendOn, startRelay, startWorkers } from './backends.ts';

t.test('Redis is flushed while jobs wait and run: the relay brings all back', async (t) => {
  const redis = await startRedis(t);
  if (redis === null) return;
  const backend = redisBackendOn(redis.url);
  const rows = createRows(newJobs(300));
  const { producer } = openProducer(t, { backend, highWater: 100 });
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const workers = startWorkers(t, backend, async (job) => {
    await held;
    rows.finish(job);
  });
  startRelay(t, rows.source, producer);
  await eventually('ten run', () => workers.pool.running() === 10);
  await redis.flush();
  release();
  await eventually('all are done', () => rows.left() === 0);
  await eventually('and nothing is left', async () => (await producer.depth()) === 0);
});
