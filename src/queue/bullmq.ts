import type { JobsOptions, JobType, QueueOptions, WorkerOptions } from 'bullmq';
import { encodeJob, type Job, type JobData, jobId } from './jobs.ts';

export const QUEUE_NAME = 'jobs';

/** How long a server may take to let us in, in milliseconds. */
export const OPEN_LIMIT_MS = 3_000;

/** Of all keys in Redis. On Postgres the schema is the namespace. */
const PREFIX = 'hookgate';

export const queueSettings = {
  prefix: PREFIX,
  // Nothing is kept: a job that ended must not stand in the way of the next one with its id.
  defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  // Nobody reads the events, and they cannot be turned off.
  streams: { events: { maxLen: 500 } },
} satisfies Omit<QueueOptions, 'connection'>;

/**
 * The jobs of a worker that died are back after about ten seconds. How often that may happen to a job is out
 * of BullMQ's hands: beyond `maxStalledCount` it would be failed without having been looked at.
 */
export const workerSettings = (concurrency: number) =>
  ({
    prefix: PREFIX,
    name: 'hookgate',
    concurrency,
    autorun: false,
    lockDuration: 10_000,
    stalledInterval: 5_000,
    maxStalledCount: 1_000,
    runRetryDelay: 1_000,
  }) satisfies Omit<WorkerOptions, 'connection'>;

type BulkJob = { name: string; data: JobData; opts: JobsOptions };

/** After all others. Those without a priority go first. */
const LAST = 1_000;

const priorityOf = ({ isPaced, turn = 0 }: Job): number => (isPaced ? LAST : Math.min(turn, LAST - 1));

/** BullMQ's form of a job. */
export const bulkJob = (job: Job): BulkJob => ({
  name: job.kind,
  data: encodeJob(job),
  opts: { jobId: jobId(job), ...(priorityOf(job) > 0 && { priority: priorityOf(job) }) },
});

/** What BullMQ calls prioritized are those that come last. */
export const countWaiting = (queue: { getJobCountByTypes(...types: JobType[]): Promise<number> }) =>
  queue.getJobCountByTypes('waiting', 'prioritized');
