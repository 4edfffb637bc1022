import type { createPool } from '../store/database.ts';
import type { Job } from './jobs.ts';
import type { FaultLog } from './log.ts';
import { postgresBackend } from './postgres.ts';
import { redisBackend } from './redis.ts';

/** A place to add jobs to. Its calls reject when the server fails and may hang when it is frozen. */
export interface JobSink {
  /** At most a few hundred at a time, sorted by job id. */
  add(jobs: Job[]): Promise<void>;
  /** How many jobs wait to be fetched. */
  waiting(): Promise<number>;
  close(): Promise<void>;
}

/** Something that fetches jobs and processes them. */
export interface JobWorker {
  /** Fetches until paused or closed. Rejects when it can no longer fetch. */
  run(): Promise<void>;
  /** Fetches no more; what is on its way is still processed. */
  pause(): Promise<void>;
  /** Ends after the jobs in hand, or at once when they take longer than `graceMs`; lets go of its connections. */
  close(graceMs: number): Promise<void>;
}

export interface JobWorkerOptions {
  concurrency: number;
  /** Gets a job's data. Must not reject: a job is done, and removed, when it returns. */
  process: (data: unknown) => Promise<void>;
  faults: FaultLog;
}

/**
 * BullMQ on one of its two backends. Both `open` calls reject within seconds when the server is not there, and
 * leave nothing behind; what they return survives outages.
 */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  openSink(faults: FaultLog): Promise<JobSink>;
  openWorker(options: JobWorkerOptions): Promise<JobWorker>;
}

/** What the queue asks of whoever owns the Postgres driver. */
export interface PoolRequest {
  max: number;
  applicationName: string;
  queryTimeoutMs: number;
  connectTimeoutMs: number;
  /** Text for the connections' `options`. */
  options: string;
}

export type Pool = ReturnType<typeof createPool>;

/** The server's own sessions, not those of a proxy that pools transactions: workers LISTEN. */
export type CreatePool = (request: PoolRequest) => Pool;

export interface QueueBackendOptions {
  /** null: the Postgres backend. */
  redisUrl: string | null;
  createPool: CreatePool;
}

/**
 * Chooses where the queue lives. Connects to nothing: producers and workers open their own connections, and
 * wait for a server that is not there.
 */
export function openQueueBackend({ redisUrl, createPool }: QueueBackendOptions): QueueBackend {
  return redisUrl === null ? postgresBackend(createPool) : redisBackend(redisUrl);
}
