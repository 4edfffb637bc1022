import { createFaultLog, type QueueLog } from '../../queue/log.ts';
import { sleep } from '../../queue/within.ts';
import type { RunStep } from './run-step.ts';
import type { PendingStep } from './send-pending.ts';

export interface SyncRunner {
  /** Idempotent. */
  start(): void;
  /** Ends after the steps in progress. */
  stop(): Promise<void>;
}

export interface SyncRunnerOptions {
  stepRun: () => Promise<RunStep>;
  sendPending: () => Promise<PendingStep>;
  log: QueueLog;
  /** Between two looks that found nothing to do, in milliseconds. 250. */
  intervalMs?: number;
}

const AFTER_ERROR_MS = 1_000;

/** Does full syncs and sends what waits, step by step. Where each of them is, and when it is due, is in its row. */
export function createSyncRunner({
  stepRun,
  sendPending,
  log,
  intervalMs = 250,
}: SyncRunnerOptions): SyncRunner {
  let running: { stop: AbortController; ended: Promise<unknown> } | null = null;

  async function keepStepping(subject: string, step: () => Promise<boolean>, signal: AbortSignal) {
    const faults = createFaultLog({ log, subject, fields: {} });
    while (!signal.aborted) {
      let pauseMs = 0;
      try {
        if (!(await step())) pauseMs = intervalMs;
        faults.healthy();
      } catch (error) {
        faults.unavailable(error);
        pauseMs = AFTER_ERROR_MS;
      }
      // Jitter, so that several processes take turns.
      if (pauseMs > 0) await sleep(pauseMs * (0.75 + Math.random() / 2), signal);
    }
  }

  const runs = async () => {
    const { status, ...fields } = await stepRun();
    if (status === 'ended') log.info(fields, 'sync.run_ended');
    return status !== 'idle';
  };
  const pending = async () => (await sendPending()) !== 'idle';

  return {
    start() {
      if (running !== null) return;
      const stop = new AbortController();
      const ended = Promise.all([
        keepStepping('sync.runs', runs, stop.signal),
        keepStepping('sync.pending', pending, stop.signal),
      ]);
      running = { stop, ended };
    },
    async stop() {
      running?.stop.abort();
      await running?.ended;
      running = null;
    },
  };
}
