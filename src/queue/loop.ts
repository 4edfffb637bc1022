import { createAlarm } from './alarm.ts';
import { createFaultLog, type QueueLog } from './log.ts';

/** Something that is done again and again, one round after the other. */
export interface Loop {
  /** Idempotent. */
  start(): void;
  /** Ends after the round in progress. Idempotent. */
  stop(): Promise<void>;
  /** The next round begins in so many milliseconds at the latest. */
  hasten(ms: number): void;
}

export interface LoopOptions {
  /** One round. Resolves to the milliseconds until the next; rejects when what it needs is not there. */
  round: () => Promise<number>;
  /** In the names of the lines that say that rounds fail, and that they are fine again. */
  subject: string;
  log: QueueLog;
}

const AFTER_ERROR_MS = 1_000;

export function createLoop({ round, subject, log }: LoopOptions): Loop {
  const faults = createFaultLog({ log, subject, fields: {} });
  const alarm = createAlarm();
  let running: { stopped: boolean; ended: Promise<void> } | null = null;

  async function once(): Promise<number> {
    try {
      const pauseMs = await round();
      faults.healthy();
      return pauseMs;
    } catch (error) {
      faults.unavailable(error);
      return jittered(AFTER_ERROR_MS);
    }
  }

  async function keepGoing(isStopped: () => boolean): Promise<void> {
    while (!isStopped()) {
      const pauseMs = await once();
      if (pauseMs > 0 && !isStopped()) await alarm.wait(pauseMs);
    }
  }

  return {
    start() {
      if (running !== null) return;
      const begun = { stopped: false, ended: Promise.resolve() };
      begun.ended = keepGoing(() => begun.stopped);
      running = begun;
    },
    async stop() {
      if (running === null) return;
      const ending = running;
      ending.stopped = true;
      alarm.hasten(0);
      await ending.ended;
      if (running === ending) running = null;
    },
    hasten: (ms) => alarm.hasten(ms),
  };
}

/** About so many milliseconds, so that several processes spread over the time instead of all asking at once. */
export const jittered = (ms: number): number => ms * (0.75 + Math.random() / 2);
