import { randomUUID } from 'node:crypto';
import { openQueueBackend, type PoolRequest, type QueueBackend } from '../../src/queue/backend.ts';
import type { Job } from '../../src/queue/jobs.ts';
import { migrateQueue } from '../../src/queue/postgres.ts';
import { createProducer, type Producer, type ProducerOptions } from '../../src/queue/producer.ts';
import { createRelay, type RelaySource } from '../../src/queue/relay.ts';
import { startWorkerPool, type WorkerPool } from '../../src/queue/worker-pool.ts';
import { createPool } from '../../src/store/database.ts';
import { createTestDatabase, startTestCluster } from '../helpers/postgres.ts';
import { startRedis } from '../helpers/redis.ts';
import t, { type Test } from '../helpers/tap.ts';

/** Nobody's in particular: it has nothing in any queue. */
export const SOMEBODY = '0190163d-8694-739b-aea5-966c26f8ad91';

/** A log that keeps its lines. */
export function recordLog() {
  const lines: { message: string; fields: Record<string, unknown> }[] = [];
  const line = (fields: object, message: string) => void lines.push({ message, fields: { ...fields } });
  return { log: { info: line, warn: line, error: line }, lines, messages: () => lines.map((l) => l.message) };
}

export const newJob = (overrides: Partial<Job> = {}): Job => ({
  kind: 'execution',
  id: randomUUID(),
  run: 1,
  organizationId: randomUUID(),
  ...overrides,
});

export const newJobs = (count: number): Job[] => Array.from({ length: count }, () => newJob());

export function postgresBackendOn(url: string): QueueBackend {
  const pools = (request: PoolRequest) =>
    createPool({ connectionString: url, onError: () => {}, ...request });
  return openQueueBackend({ redisUrl: null, createPool: pools });
}

export function redisBackendOn(url: string): QueueBackend {
  const createPool = () => {
    throw new Error('the Redis backend needs no Postgres');
  };
  return openQueueBackend({ redisUrl: url, createPool });
}

export async function migrate(url: string): Promise<void> {
  const pool = createPool({ connectionString: url, max: 1, applicationName: 'test', onError: () => {} });
  await migrateQueue(pool);
  await pool.end();
}

export interface Fixture {
  backend: QueueBackend;
  /** Breaks all connections; the server is back at once. Redis loses everything, Postgres nothing. */
  disturb(): Promise<void>;
}

/** Runs a test on both backends, each time with an empty queue of its own. */
export function onBothBackends(name: string, body: (t: Test, fixture: Fixture) => Promise<void>): void {
  t.test(`${name} (Redis)`, async (t) => {
    const redis = await startRedis(t);
    if (redis !== null) await body(t, { backend: redisBackendOn(redis.url), disturb: redis.restart });
  });
  t.test(`${name} (Postgres)`, async (t) => {
    const { url, terminateConnections } = await createTestDatabase(t);
    await migrate(url);
    await body(t, { backend: postgresBackendOn(url), disturb: terminateConnections });
  });
}

export interface ServerFixture {
  backend: QueueBackend;
  stop(): Promise<void>;
  /** Starts it again where it was. Redis comes back empty. */
  restart(): Promise<void>;
  freeze(): Promise<void> | void;
  thaw(): Promise<void> | void;
}

/** Runs a test on both backends, each on a server of its own that can be stopped and frozen. */
export function onBothServers(name: string, body: (t: Test, server: ServerFixture) => Promise<void>): void {
  t.test(`${name} (Redis)`, async (t) => {
    const redis = await startRedis(t);
    if (redis !== null) await body(t, { backend: redisBackendOn(redis.url), ...redis });
  });
  t.test(`${name} (Postgres)`, async (t) => {
    const cluster = await startTestCluster(t);
    await migrate(cluster.url);
    await body(t, { backend: postgresBackendOn(cluster.url), ...cluster });
  });
}

/** Rows that are due until they are done, kept here instead of in tables. */
export function createRows(jobs: Job[], enqueuedLatelyMs = 1_000) {
  const due = new Map(jobs.map((job) => [job.id, { job, enqueuedAt: Number.NEGATIVE_INFINITY }]));
  const source: RelaySource = {
    async takeDue(limit) {
      const now = performance.now();
      const rows = [...due.values()].filter((row) => row.enqueuedAt < now - enqueuedLatelyMs).slice(0, limit);
      for (const row of rows) row.enqueuedAt = now;
      return rows.map((row) => row.job);
    },
    async release(released) {
      for (const { id } of released) {
        const row = due.get(id);
        if (row) row.enqueuedAt = Number.NEGATIVE_INFINITY;
      }
    },
  };
  return { source, finish: (job: Job) => due.delete(job.id), left: () => due.size };
}

/** A relay that runs until the test ends. */
export function startRelay(
  t: Test,
  source: RelaySource,
  producer: Pick<Producer, 'room' | 'shortOf' | 'enqueue'>,
) {
  const { log, messages } = recordLog();
  const relay = createRelay({ source, producer, log, intervalMs: 20 });
  relay.start();
  t.teardown(() => relay.stop());
  return { relay, messages };
}

/** A producer that is closed when the test ends. */
export function openProducer(t: Test, options: Omit<ProducerOptions, 'log'>) {
  const { log, lines, messages } = recordLog();
  const producer = createProducer({ log, ...options });
  t.teardown(() => producer.close());
  return { producer, lines, messages };
}

/** Starts workers that are closed when the test ends; tells of every job they handle. */
export function startWorkers(
  t: Test,
  backend: QueueBackend,
  handle: (job: Job) => Promise<void> = async () => {},
) {
  const { log, lines, messages } = recordLog();
  const handled: Job[] = [];
  const pool: WorkerPool = startWorkerPool({
    backend,
    concurrency: 10,
    log,
    handle: async (job) => {
      handled.push(job);
      await handle(job);
    },
  });
  t.teardown(() => pool.close(1_000));
  return {
    pool,
    handled,
    lines,
    messages,
    count: (id: string) => handled.filter((job) => job.id === id).length,
  };
}
