import type { QueueLog } from '../queue/log.ts';
import { createLoop, jittered, type Loop } from '../queue/loop.ts';
import type { ReplayStep } from '../store/replay-step.ts';

export type ReplayRunner = Pick<Loop, 'start' | 'stop'>;

export interface ReplayRunnerOptions {
  /** One step of one replay that is due, whichever process began it. */
  step: () => Promise<ReplayStep>;
  log: QueueLog;
  /** Between two looks that found nothing due, in milliseconds. 250. */
  intervalMs?: number;
}

/** Does the steps of replays as they fall due. Where each replay is, and when its next step is, is in its row. */
export function createReplayRunner({ step, log, intervalMs = 250 }: ReplayRunnerOptions): ReplayRunner {
  const round = async () => {
    const result = await step();
    if (result.status === 'ended') log.info({ ...result }, 'replay.ended');
    return result.status === 'idle' ? jittered(intervalMs) : 0;
  };
  return createLoop({ round, subject: 'replays', log });
}
