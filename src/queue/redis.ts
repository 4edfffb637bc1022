import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { JobSink, JobWorker, JobWorkerOptions, QueueBackend } from './backend.ts';
import { bulkJob, countWaiting, OPEN_LIMIT_MS, QUEUE_NAME, queueSettings, workerSettings } from './bullmq.ts';
import type { FaultLog } from './log.ts';
import { endsWithin, within } from './within.ts';

const RECONNECT_MS = 1_000;

type ClientOptions = Omit<RedisOptions, 'replyMapping'> & { socketTimeout: number };

/** BullMQ on Redis 6.2 or newer, or Valkey; `rediss://` for TLS. The server must run with `noeviction`. */
export function redisBackend(redisUrl: string): QueueBackend {
  return {
    kind: 'redis',
    openSink: (faults) => openSink(redisUrl, faults),
    openWorker: (options) => openWorker(redisUrl, options),
  };
}

/**
 * A client that reconnects within a second and does not connect before it is told to. A `socketTimeout` is
 * needed for a server that vanishes without closing its connections (a failover, a lost route): they would
 * be kept until TCP gives up, after a quarter of an hour.
 */
export function createRedis(redisUrl: string, options: ClientOptions): Redis {
  return new Redis(redisUrl, {
    lazyConnect: true,
    retryStrategy: (times: number) => Math.min(times * 100, RECONNECT_MS),
    // What a primary answers that has become a replica: the name leads to another one by now.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    ...options,
  });
}

async function openSink(redisUrl: string, faults: FaultLog): Promise<JobSink> {
  const client = createRedis(redisUrl, {
    commandTimeout: 1_000,
    connectTimeout: 1_000,
    socketTimeout: 3_000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
  });
  client.on('error', faults.unavailable);
  client.on('ready', faults.healthy);
  try {
    await within(OPEN_LIMIT_MS, client.connect(), 'connecting to Redis');
    // Not before: a queue whose first command fails never recovers.
    const queue = new Queue(QUEUE_NAME, { ...queueSettings, connection: client });
    queue.on('error', faults.unavailable);
    await within(OPEN_LIMIT_MS, queue.waitUntilReady(), 'opening the queue');
    return {
      async add(jobs) {
        await queue.addBulk(jobs.map(bulkJob));
      },
      waiting: () => countWaiting(queue),
      async close() {
        await queue.close();
        client.disconnect();
      },
    };
  } catch (error) {
    client.disconnect();
    throw error;
  }
}

async function openWorker(redisUrl: string, options: JobWorkerOptions): Promise<JobWorker> {
  const { concurrency, process, faults } = options;
  const state = { closing: false };
  const client = createRedis(redisUrl, {
    connectTimeout: 5_000,
    // Longer than a fetch may block.
    socketTimeout: 10_000,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => (state.closing ? null : Math.min(times * 100, RECONNECT_MS)),
  });
  client.on('error', faults.unavailable);
  client.on('ready', faults.healthy);
  let worker: Worker | undefined;
  try {
    await within(OPEN_LIMIT_MS, client.connect(), 'connecting to Redis');
    worker = new Worker(QUEUE_NAME, (job) => process(job.data), {
      ...workerSettings(concurrency),
      connection: client,
    });
    worker.on('error', (error) => (isUnreachable(error) ? faults.unavailable(error) : faults.error(error)));
    await within(OPEN_LIMIT_MS, worker.waitUntilReady(), 'opening the worker');
    const blocking = await worker.getBackend().blockingClient;
    return workerOf(worker, blocking ? [client, blocking] : [client], state);
  } catch (error) {
    state.closing = true;
    await worker?.getBackend().close(true);
    client.disconnect();
    throw error;
  }
}

/** An error of Node's about the connection, rather than one of Redis' or BullMQ's about a command. */
const isUnreachable = ({ code }: NodeJS.ErrnoException) => typeof code === 'string' && code.startsWith('E');

type Client = {
  status: string;
  once(event: 'ready' | 'end', listener: () => void): unknown;
  disconnect(): void;
};

function workerOf(worker: Worker, clients: Client[], state: { closing: boolean }): JobWorker {
  return {
    run: () => worker.run(),
    pause: () => worker.pause(true),
    async close(graceMs) {
      state.closing = true;
      const end = async () => {
        await Promise.all(clients.map(settled));
        await worker.close();
      };
      try {
        await endsWithin(graceMs, end(), 'closing the worker');
      } finally {
        for (const client of clients) client.disconnect();
      }
    },
  };
}

/**
 * Until a client that lost its server found it again or, now that it retries no more, gave up. To disconnect
 * one in between leaves it there for good, with its commands unanswered, and `worker.close()` waits for them.
 */
function settled(client: Client): Promise<void> {
  if (client.status === 'ready' || client.status === 'end') return Promise.resolve();
  return new Promise((resolve) => {
    client.once('ready', resolve);
    client.once('end', resolve);
  });
}
