import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueueBackend } from './backend.ts';
import { createSinkConnection } from './connection.ts';
import { createDepthGauge } from './depth.ts';
import { type Job, jobId } from './jobs.ts';
import type { QueueLog } from './log.ts';

/** Small enough to be added well within the time limit even by a busy server. */
const CHUNK = 250;

export type Enqueued = { status: 'enqueued' } | { status: 'unavailable'; error: unknown };

export interface Producer {
  /**
   * Takes jobs to be added in the background. Never waits and never throws. False when the queue is unavailable
   * or too much waits to be added already: then all of them go to `onDropped`.
   */
  offer(jobs: Job[]): boolean;
  /**
   * Whether `offer` is worth calling: the queue answers, and fewer jobs wait than the high-water mark; of jobs that
   * are paced, half of that, so that a rush of them leaves room for others.
   */
  accepting(isPaced?: boolean): boolean;
  /**
   * Adds jobs; every 250 of them take a second at the most. What the queue has already stays as it is.
   * `unavailable` may also mean that some or all were added: to add them again is harmless.
   */
  enqueue(jobs: Job[]): Promise<Enqueued>;
  /**
   * How many more jobs fit below the high-water mark. 0 when the queue is unavailable, and until a tenth of it
   * is free: to fill it one by one would cost a query each.
   */
  room(): Promise<number>;
  /** How many jobs wait, some 250 ms ago at the most; null when the queue is unavailable. */
  depth(): Promise<number | null>;
  /** Whether the queue answered when it was last asked. Asks again, in the background. */
  available(): boolean;
  /** Adds what was taken, as far as the queue answers, and lets go of the connections. */
  close(): Promise<void>;
}

export interface ProducerOptions {
  backend: QueueBackend;
  log: QueueLog;
  /** How many jobs may wait in the queue: beyond that, work waits as rows. 2,000. */
  highWater?: number;
  /** How many jobs that were offered may wait to be added. 5,000. */
  capacity?: number;
  /** Gets what was offered and did not get onto the queue, so that it can be made due again. Must not throw. */
  onDropped?: (jobs: Job[]) => void;
}

/**
 * Adds jobs to the queue without depending on it: nothing here throws or hangs because the server is down,
 * frozen, or was never up. Connects in the background, from now on, and again after every outage.
 */
export function createProducer(options: ProducerOptions): Producer {
  const { backend, log, highWater = 2_000, capacity = 5_000, onDropped } = options;
  const connection = createSinkConnection(backend, log);
  const gauge = createDepthGauge(highWater);
  const refused: Job[] = [];
  let buffer: Job[] = [];
  let pumping: Promise<void> | null = null;
  let counting: Promise<void> | null = null;
  let closing: Promise<void> | null = null;

  /** What is refused in one turn of the event loop is given back together. */
  function drop(jobs: Job[]): void {
    if (refused.length === 0) setImmediate(() => onDropped?.(refused.splice(0)));
    for (const job of jobs) refused.push(job);
  }

  async function enqueue(jobs: Job[]): Promise<Enqueued> {
    const sorted = sortById(jobs);
    for (let start = 0; start < sorted.length; start += CHUNK) {
      const chunk = sorted.slice(start, start + CHUNK);
      const answer = await connection.ask('adding jobs', (sink) => sink.add(chunk));
      if (answer.status === 'unavailable') return answer;
      gauge.added(chunk.length);
    }
    return { status: 'enqueued' };
  }

  // One batch at a time: what is offered meanwhile gathers, so batches grow with the load by themselves.
  async function pump(): Promise<void> {
    // Rows that were committed together are offered one after the other: the first waits for the last.
    await nextTurn();
    while (buffer.length > 0) {
      const batch = buffer.splice(0, CHUNK);
      const { status } = await enqueue(batch);
      if (status === 'enqueued') continue;
      const dropped = batch.concat(buffer);
      buffer = [];
      onDropped?.(dropped);
    }
    // In the same turn as the look at the buffer, so that nothing is offered to a pump that has stopped.
    pumping = null;
  }

  async function count(): Promise<void> {
    const counted = gauge.count();
    const answer = await connection.ask('counting jobs', (sink) => sink.waiting());
    if (answer.status === 'answered') counted(answer.value);
  }

  function refresh(): Promise<void> | null {
    if (closing !== null || !gauge.stale()) return counting;
    counting ??= count().finally(() => {
      counting = null;
    });
    return counting;
  }

  const depth = () => (connection.available() ? gauge.estimate() : null);
  // Infinite until the first count, so nothing is accepted before the queue has answered once.
  const room = () => highWater - (depth() ?? Number.POSITIVE_INFINITY) - buffer.length;

  refresh();
  return {
    offer(jobs) {
      if (closing !== null || !connection.available() || buffer.length + jobs.length > capacity) {
        drop(jobs);
        return false;
      }
      for (const job of jobs) buffer.push(job);
      pumping ??= pump();
      return true;
    },
    accepting(isPaced = false) {
      refresh();
      return closing === null && room() > (isPaced ? highWater / 2 : 0);
    },
    enqueue,
    async room() {
      await refresh();
      const free = room();
      return free * 10 < highWater ? 0 : free;
    },
    async depth() {
      await refresh();
      return depth();
    },
    available() {
      refresh();
      return depth() !== null;
    },
    close() {
      closing ??= (async () => {
        await pumping;
        await counting;
        await connection.close();
      })();
      return closing;
    },
  };
}

/** Two overlapping batches lock their rows in the same order, so they cannot deadlock on Postgres. */
function sortById(jobs: Job[]): Job[] {
  const keyed = jobs.map((job) => ({ key: jobId(job), job }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ job }) => job);
}
