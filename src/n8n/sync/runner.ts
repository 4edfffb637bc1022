import type { QueueLog } from '../../queue/log.ts';
import { createLoop, jittered, type Loop } from '../../queue/loop.ts';
import type { RunStep } from './run-step.ts';
import type { PendingStep } from './send-pending.ts';

export type SyncRunner = Pick<Loop, 'start' | 'stop'>;

export interface SyncRunnerOptions {
  stepRun: () => Promise<RunStep>;
  sendPending: () => Promise<PendingStep>;
  log: QueueLog;
  /** Between two looks that found nothing to do, in milliseconds. 250. */
  intervalMs?: number;
}

/** Does full syncs and sends what waits, step by step. Where each of them is, and when it is due, is in its row. */
export function createSyncRunner({
  stepRun,
  sendPending,
  log,
  intervalMs = 250,
}: SyncRunnerOptions): SyncRunner {
  const runs = createLoop({
    round: async () => {
      const { status, ...fields } = await stepRun();
      if (status === 'ended') log.info(fields, 'sync.run_ended');
      return status === 'idle' ? jittered(intervalMs) : 0;
    },
    subject: 'sync.runs',
    log,
  });
  const pending = createLoop({
    round: async () => ((await sendPending()) === 'idle' ? jittered(intervalMs) : 0),
    subject: 'sync.pending',
    log,
  });
  return {
    start() {
      runs.start();
      pending.start();
    },
    async stop() {
      await Promise.all([runs.stop(), pending.stop()]);
    },
  };
}
