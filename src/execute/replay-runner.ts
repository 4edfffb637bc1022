import { createFaultLog, type QueueLog } from '../queue/log.ts';
import { sleep } from '../queue/within.ts';
import type { ReplayStep } from '../store/replay-step.ts';

export interface ReplayRunner {
  /** Idempotent. */
  start(): void;
  /** Ends after the step in progress. */
  stop(): Promise<void>;
}

export interface ReplayRunnerOptions {
  /** One step of one replay that is due, whichever process began it. */
  step: () => Promise<ReplayStep>;
  log: QueueLog;
  /** Between two looks that found nothing due, in milliseconds. 250. */
  intervalMs?: number;
}

const AFTER_ERROR_MS = 1_000;

/** Does the steps of replays as they fall due. Where each replay is, and when its next step is, is in its row. */
export function createReplayRunner({ step, log, intervalMs = 250 }: ReplayRunnerOptions): ReplayRunner {
  const faults = createFaultLog({ log, subject: 'replays', fields: {} });
  let loop: { stop: AbortController; ended: Promise<void> } | null = null;

  async function keepStepping(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let pauseMs = 0;
      try {
        const result = await step();
        faults.healthy();
        if (result.status === 'idle') pauseMs = intervalMs;
        if (result.status === 'ended') log.info({ ...result }, 'replay.ended');
      } catch (error) {
        faults.unavailable(error);
        pauseMs = AFTER_ERROR_MS;
      }
      // Jitter, so that several processes take turns.
      if (pauseMs > 0) await sleep(pauseMs * (0.75 + Math.random() / 2), signal);
    }
  }

  return {
    start() {
      if (loop !== null) return;
      const stop = new AbortController();
      loop = { stop, ended: keepStepping(stop.signal) };
    },
    async stop() {
      loop?.stop.abort();
      await loop?.ended;
      loop = null;
    },
  };
}
