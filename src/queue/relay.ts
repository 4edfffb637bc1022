import type { Job } from './jobs.ts';
import { createFaultLog, type QueueLog } from './log.ts';
import type { Producer } from './producer.ts';
import { sleep } from './within.ts';

const MAX_PAUSE_MS = 1_000;

/** Rows that are due. Implemented on the tables, for any number of relays at once. */
export interface RelaySource {
  /**
   * At most `limit` rows that are due, hold no live lease and were not enqueued lately; marks them as enqueued,
   * so that no other relay takes them.
   */
  takeDue(limit: number): Promise<Job[]>;
  /** Takes that mark away again: the queue did not get them. */
  release(jobs: Job[]): Promise<void>;
}

export interface Relay {
  /** Idempotent. */
  start(): void;
  /** Ends after the round in progress. */
  stop(): Promise<void>;
  /**
   * One round; the number of jobs that the queue got. Joins the round in progress, if there is one. Rejects
   * when the source does.
   */
  tick(): Promise<number>;
}

export interface RelayOptions {
  source: RelaySource;
  producer: Pick<Producer, 'room' | 'enqueue'>;
  log: QueueLog;
  /** Between two rounds that found less than they could take, in milliseconds. 250. */
  intervalMs?: number;
  /** How many rows one round takes at the most. 500. */
  batch?: number;
}

/**
 * Moves what is due into the queue: rows whose time has come, and rows whose job was lost or never added.
 * Fills the queue to its high-water mark and no further, so that the rest waits where it can be seen.
 */
export function createRelay(options: RelayOptions): Relay {
  const { source, producer, log, intervalMs = 250, batch = 500 } = options;
  const faults = createFaultLog({ log, subject: 'relay', fields: {} });
  let round: Promise<number> | null = null;
  let loop: { stop: AbortController; ended: Promise<void> } | null = null;

  let pauseMs = intervalMs;

  async function move(): Promise<number> {
    const limit = Math.min(batch, await producer.room());
    const jobs = limit > 0 ? await source.takeDue(limit) : [];
    // That was all; or all there is room for until the workers have taken some; or a full batch of many.
    pauseMs = jobs.length < limit ? intervalMs : limit < batch ? intervalMs / 5 : 0;
    if (jobs.length === 0) return 0;
    const { status } = await producer.enqueue(jobs);
    if (status === 'enqueued') return jobs.length;
    pauseMs = intervalMs;
    await source.release(jobs);
    return 0;
  }

  function tick(): Promise<number> {
    round ??= move().finally(() => {
      round = null;
    });
    return round;
  }

  async function keepMoving(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await tick();
        faults.healthy();
        failures = 0;
      } catch (error) {
        faults.unavailable(error);
        failures += 1;
      }
      const pause = failures === 0 ? pauseMs : Math.min(intervalMs * 2 ** failures, MAX_PAUSE_MS);
      // Jitter, so that several processes spread over the interval instead of all asking at once.
      if (pause > 0) await sleep(pause * (0.75 + Math.random() / 2), signal);
    }
  }

  return {
    start() {
      if (loop !== null) return;
      const stop = new AbortController();
      loop = { stop, ended: keepMoving(stop.signal) };
    },
    async stop() {
      loop?.stop.abort();
      await loop?.ended;
      loop = null;
    },
    tick,
  };
}
