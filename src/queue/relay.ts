import type { Job } from './jobs.ts';
import type { QueueLog } from './log.ts';
import { createLoop, jittered, type Loop } from './loop.ts';
import type { Producer } from './producer.ts';

/** Rows that are due. Implemented on the tables, for any number of relays at once. */
export interface RelaySource {
  /**
   * At most `limit` rows that are due, hold no live lease and were not enqueued lately; marks them as enqueued,
   * so that no other relay takes them. `places`: of these organizations so many at the most.
   */
  takeDue(limit: number, places: ReadonlyMap<string, number>): Promise<Job[]>;
  /** Takes that mark away again: the queue did not get them. */
  release(jobs: Job[]): Promise<void>;
}

export interface Relay extends Pick<Loop, 'start' | 'stop'> {
  /**
   * One round; the number of jobs that the queue got. Joins the round in progress, if there is one. Rejects
   * when the source does.
   */
  tick(): Promise<number>;
}

export interface RelayOptions {
  source: RelaySource;
  producer: Pick<Producer, 'room' | 'shortOf' | 'enqueue'>;
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
  let round: Promise<number> | null = null;
  let pauseMs = intervalMs;

  /** That was all; or all there is room for until the workers have taken some; or a full batch of many. */
  function pauseAfter(taken: number, { limit, isShort }: { limit: number; isShort: boolean }): number {
    if (taken < limit) return isShort && taken > 0 ? intervalMs / 5 : intervalMs;
    return limit < batch ? intervalMs / 5 : 0;
  }

  async function move(): Promise<number> {
    const limit = Math.min(batch, await producer.room());
    const places = producer.shortOf(limit);
    const jobs = limit > 0 ? await source.takeDue(limit, places) : [];
    pauseMs = pauseAfter(jobs.length, { limit, isShort: places.size > 0 });
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

  const loop = createLoop({
    round: async () => {
      await tick();
      return jittered(pauseMs);
    },
    subject: 'relay',
    log,
  });
  return { start: loop.start, stop: loop.stop, tick };
}
