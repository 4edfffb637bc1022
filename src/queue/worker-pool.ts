import type { QueueBackend } from './backend.ts';
import { createHandler } from './handler.ts';
import type { Job } from './jobs.ts';
import { createFaultLog, type QueueLog } from './log.ts';
import { endsWithin, sleep } from './within.ts';

const REOPEN_MS = 1_000;

/** For the last results to be written and the connections to be closed; and when a job does not end anyway. */
const GRACE_MS = 3_000;
const ABANDON_MS = 500;

export interface WorkerPool {
  /** How many jobs are being handled. */
  running(): number;
  /** Takes no new jobs, for good. One that is on its way is still handled. */
  pause(): Promise<void>;
  /**
   * Takes no new jobs and waits for those being handled, for `timeoutMs` milliseconds at the most. `drained` is
   * false when some were still running: their rows are given out again when their leases end.
   */
  close(timeoutMs: number): Promise<{ drained: boolean }>;
}

export interface WorkerPoolOptions {
  backend: QueueBackend;
  /** How many jobs are handled at once. */
  concurrency: number;
  /** When it rejects, that is logged and the job is gone: its row is what brings it back. */
  handle: (job: Job) => Promise<void>;
  log: QueueLog;
}

/** Fetches jobs and hands them over, from now on; a server that is not there is waited for. */
export function startWorkerPool({ backend, concurrency, handle, log }: WorkerPoolOptions): WorkerPool {
  const fields = { side: 'worker', backend: backend.kind };
  const faults = createFaultLog({ log, subject: 'queue', fields });
  const handler = createHandler(handle, log);
  const stop = new AbortController();
  let worker: { pause(): Promise<void>; end(graceMs: number): Promise<void> } | null = null;
  let closing: Promise<{ drained: boolean }> | null = null;

  async function fetchJobs(): Promise<void> {
    const opened = await backend.openWorker({ concurrency, process: handler.process, faults });
    let ending: Promise<void> | null = null;
    const end = (graceMs: number) => {
      ending ??= opened.close(graceMs);
      return ending;
    };
    try {
      if (stop.signal.aborted) return;
      faults.healthy();
      worker = { pause: opened.pause, end };
      await opened.run();
    } finally {
      worker = null;
      await end(GRACE_MS);
    }
  }

  async function keepFetching(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await fetchJobs();
      } catch (error) {
        faults.unavailable(error);
        await sleep(REOPEN_MS, stop.signal);
      }
    }
  }
  const fetching = keepFetching();

  async function pause(): Promise<void> {
    stop.abort();
    await worker?.pause();
  }

  async function close(timeoutMs: number): Promise<{ drained: boolean }> {
    await pause();
    const drained = await endsWithin(timeoutMs, handler.idle(), 'the running jobs');
    // Interrupts a fetch that waits for a job; after that, and the last job, `run` ends.
    await worker?.end(drained ? GRACE_MS : ABANDON_MS);
    if (drained) await endsWithin(GRACE_MS, fetching, 'the last fetch');
    return { drained };
  }

  return {
    running: handler.running,
    pause,
    close(timeoutMs) {
      closing ??= close(timeoutMs);
      return closing;
    },
  };
}
