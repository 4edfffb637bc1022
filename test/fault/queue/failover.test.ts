import type { QueueBackend } from '../../../src/queue/backend.ts';
import { eventually } from '../../helpers/eventually.ts';
import { createTestDatabase } from '../../helpers/postgres.ts';
import { startRedis } from '../../helpers/redis.ts';
import t, { type Test } from '../../helpers/tap.ts';
import {
  migrate,
  newJob,
  openProducer,
  postgresBackendOn,
  redisBackendOn,
  startWorkers,
} from '../../queue/backends.ts';
import { startProxy, type TcpProxy } from '../../queue/proxy.ts';

/** A connection that leads nowhere is found out by a query that takes too long, and there are several one after the other. */
const FOUND_OUT = { withinMs: 90_000 };

async function survivesFailover(t: Test, backend: QueueBackend, proxy: TcpProxy) {
  const { producer } = openProducer(t, { backend });
  const workers = startWorkers(t, backend);
  const job = newJob();
  await producer.enqueue([job]);
  await eventually('it is handled', () => workers.count(job.id) === 1);
  proxy.swallow();
  const next = newJob();
  await eventually(
    'it can be added',
    async () => (await producer.enqueue([next])).status === 'enqueued',
    FOUND_OUT,
  );
  await eventually('it is handled', () => workers.count(next.id) === 1, FOUND_OUT);
}

t.test('connections that lead nowhere are given up (Redis)', async (t) => {
  const redis = await startRedis(t);
  if (redis === null) return;
  const proxy = await startProxy(t, redis.url);
  await survivesFailover(t, redisBackendOn(proxy.url), proxy);
});

t.test('connections that lead nowhere are given up (Postgres)', async (t) => {
  const { url } = await createTestDatabase(t);
  await migrate(url);
  const proxy = await startProxy(t, url);
  await survivesFailover(t, postgresBackendOn(proxy.url), proxy);
});
