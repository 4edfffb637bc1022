import { createPostgresBackend, type PgPoolClient, runMigrations, withBackend } from 'bullmq';
import { isUnavailable } from '../store/faults.ts';
import type { CreatePool, JobSink, JobWorker, JobWorkerOptions, Pool, QueueBackend } from './backend.ts';
import { bulkJob, countWaiting, OPEN_LIMIT_MS, QUEUE_NAME, queueSettings, workerSettings } from './bullmq.ts';
import type { Job } from './jobs.ts';
import type { FaultLog } from './log.ts';
import { asPgPool, resilientPool } from './postgres-pool.ts';
import { endsWithin, within } from './within.ts';

const { Queue, Worker } = withBackend(createPostgresBackend);
type JobQueue = InstanceType<typeof Queue>;

const END_LIMIT_MS = 1_000;

/** One for what is offered, one for the relay, one to count. */
export const SINK_CONNECTIONS = 3;

/** One to LISTEN. More would not make the others faster, which all work on the head of the same queue. */
export const workerConnections = (concurrency: number): number => Math.min(concurrency, 8) + 1;

/**
 * BullMQ finds its tables by the search path. Its commits need not wait for the disk: what a crash takes from
 * the queue is brought back by the relay, and without the wait a worker does several times as many jobs.
 */
const SESSION = '-c search_path=bullmq -c synchronous_commit=off';

/** BullMQ on Postgres, in the schema `bullmq`, which `migrateQueue` must have made. */
export function postgresBackend(createPool: CreatePool): QueueBackend {
  return {
    kind: 'postgres',
    openSink: (faults) => openSink(createPool, faults),
    openWorker: (options) => openWorker(createPool, options),
  };
}

async function openSink(createPool: CreatePool, faults: FaultLog): Promise<JobSink> {
  const pool = createPool({
    max: SINK_CONNECTIONS,
    applicationName: 'hookgate queue',
    // The client's own limits: statement_timeout does nothing when the server is frozen.
    queryTimeoutMs: 1_000,
    connectTimeoutMs: 1_000,
    options: SESSION,
  });
  // A queue that was made while the server is down never recovers: it is given up, and made anew.
  const queue = new Queue(QUEUE_NAME, { ...queueSettings, connection: asPgPool(pool) });
  // An idle connection that broke: the pool replaces it.
  queue.on('error', faults.error);
  try {
    await within(OPEN_LIMIT_MS, queue.waitUntilReady(), 'opening the queue');
  } catch (error) {
    await endPool(pool);
    throw error;
  }
  return {
    add: (jobs) => addJobs(queue, jobs),
    waiting: () => countWaiting(queue),
    async close() {
      await queue.close();
      await endPool(pool);
    },
  };
}

/** A batch makes temporary tables, which costs the server as much as eight jobs that are added one by one. */
const FEW = 8;

async function addJobs(queue: JobQueue, jobs: Job[]): Promise<void> {
  if (jobs.length > FEW) return addBatch(queue, jobs);
  for (const { name, data, opts } of jobs.map(bulkJob)) await queue.add(name, data, opts);
}

/** Sorted batches do not deadlock with each other, but they may with workers that remove jobs. */
async function addBatch(queue: JobQueue, jobs: Job[]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await queue.addBulk(jobs.map(bulkJob));
      return;
    } catch (error) {
      const deadlock = (error as NodeJS.ErrnoException).code === '40P01';
      if (tries === 3 || !deadlock) throw error;
    }
  }
}

async function openWorker(createPool: CreatePool, options: JobWorkerOptions): Promise<JobWorker> {
  const { concurrency, process, faults } = options;
  const pool = createPool({
    max: workerConnections(concurrency),
    applicationName: 'hookgate worker',
    queryTimeoutMs: 5_000,
    connectTimeoutMs: 5_000,
    options: SESSION,
  });
  const worker = new Worker(QUEUE_NAME, (job) => process(job.data), {
    ...workerSettings(concurrency),
    connection: resilientPool(pool, faults),
  });
  worker.on('error', (error) => (isUnavailable(error) ? faults.unavailable(error) : faults.error(error)));
  try {
    await within(OPEN_LIMIT_MS, worker.waitUntilReady(), 'opening the worker');
  } catch (error) {
    await worker.close();
    await endPool(pool);
    throw error;
  }
  return {
    run: () => worker.run(),
    pause: () => worker.pause(true),
    async close(graceMs) {
      const closed = await endsWithin(graceMs, worker.close(), 'closing the worker');
      if (!closed) await worker.getBackend().close();
      await endPool(pool);
    },
  };
}

/** Connections that are busy are left to their query timeout. */
const endPool = (pool: Pool) => endsWithin(END_LIMIT_MS, pool.end(), 'closing the connections');

/**
 * Brings BullMQ's own schema up to date. Any number of processes at once; does nothing when it is current.
 * @param pool whose role may create a schema.
 */
export async function migrateQueue(pool: Pool): Promise<void> {
  const client = await asPgPool(pool).connect();
  try {
    await runMigrations(client);
    for (const table of ['job', 'event']) await vacuumEagerly(client, table);
  } finally {
    client.release();
  }
}

/**
 * Every job leaves several dead rows behind, in tables that stay small: with the usual settings, which wait
 * for a share of the table, they grow to a hundred times their size, and finding the next job slows down.
 */
async function vacuumEagerly(client: PgPoolClient, table: string): Promise<void> {
  const name = `bullmq.${table}`;
  const sql = `SELECT reloptions IS NOT NULL AS tuned FROM pg_class WHERE oid = $1::regclass`;
  const { rows } = await client.query<{ tuned: boolean }>(sql, [name]);
  // Not again at every start: it interrupts a vacuum that is under way. Nor over an operator's own settings.
  if (rows[0]?.tuned) return;
  await client.query(`ALTER TABLE ${name} SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0)`);
}
