import { decodeJob, type Job } from './jobs.ts';
import { describeError, type QueueLog } from './log.ts';

export interface Handler {
  /** Never rejects: for BullMQ every job succeeds, since nothing that it would do about a failure is wanted. */
  process(data: unknown): Promise<void>;
  running(): number;
  /** Ends when no job is being handled. */
  idle(): Promise<void>;
}

/** Hands jobs over and counts them. What goes wrong is logged; the job's row is what brings it back. */
export function createHandler(handle: (job: Job) => Promise<void>, log: QueueLog): Handler {
  let running = 0;
  let waiters: (() => void)[] = [];

  async function attempt(job: Job): Promise<void> {
    try {
      await handle(job);
    } catch (error) {
      const stack = error instanceof Error ? error.stack : undefined;
      log.error({ ...job, ...describeError(error), stack }, 'job.failed');
    }
  }

  return {
    async process(data) {
      const decoded = decodeJob(data);
      if (decoded.status === 'refused') {
        // Another version of this program, while one replaces the other. The relay will offer the row again.
        log.error({ reason: decoded.reason }, 'job.refused');
        return;
      }
      running += 1;
      await attempt(decoded.job);
      running -= 1;
      if (running > 0) return;
      for (const resolve of waiters) resolve();
      waiters = [];
    },
    running: () => running,
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  };
}
