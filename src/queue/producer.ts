import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueueBackend } from './backend.ts';
import { createSinkConnection } from './connection.ts';
import { createDepthGauge } from './depth.ts';
import { type Job, jobId } from './jobs.ts';
import type { QueueLog } from './log.ts';
import { Places } from './places.ts';

/** Small enough to be added well within the time limit even by a busy server. */
const CHUNK = 250;

export type Enqueued = { status: 'enqueued' } | { status: 'unavailable'; error: unknown };

export interface Producer {
  /**
   * Takes jobs to be added in the background. Never waits and never throws. False when the queue is unavailable
   * or too much waits to be added already: then all of them go to `onDropped`. So do those that are more than the
   * share of their organization.
   */
  offer(jobs: Job[]): boolean;
  /**
   * Whether `offer` is worth calling: the queue answers, and fewer jobs wait than the high-water mark, and of this
   * organization fewer than its share; of jobs that are paced, half of that, so that a rush of them leaves room for others.
   */
  accepting(organizationId: string, isPaced?: boolean): boolean;
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
  /** The organizations of which fewer jobs fit than that, and how many do. */
  shortOf(count: number): Map<string, number>;
  /** So many more of this organization's, or fewer, were taken off the queue and wait in this process. */
  waits(organizationId: string, change: number): void;
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
  /**
   * Gets what was offered and did not get onto the queue, so that it can be made due again: it does not answer, or an
   * organization has its share of it. Must not throw.
   */
  onDropped?: (jobs: Job[], reason: 'unavailable' | 'share') => void;
}

/**
 * Adds jobs to the queue without depending on it: nothing here throws or hangs because the server is down,
 * frozen, or was never up. Connects in the background, from now on, and again after every outage.
 */
export function createProducer(options: ProducerOptions): Producer {
  const { backend, log, highWater = 2_000, capacity = 5_000, onDropped } = options;
  const connection = createSinkConnection(backend, log);
  const gauge = createDepthGauge(highWater);
  const places = new Places(highWater);
  const drop = openDrop(onDropped);
  let buffer: Job[] = [];
  let pumping: Promise<void> | null = null;
  let counting: Promise<void> | null = null;
  let closing: Promise<void> | null = null;

  async function add(jobs: Job[]): Promise<Enqueued> {
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
      const { status } = await add(batch);
      if (status === 'enqueued') continue;
      const dropped = batch.concat(buffer);
      buffer = [];
      onDropped?.(dropped, 'unavailable');
    }
    // In the same turn as the look at the buffer, so that nothing is offered to a pump that has stopped.
    pumping = null;
  }

  async function count(): Promise<void> {
    const before = gauge.estimate() ?? 0;
    const counted = gauge.count();
    const answer = await connection.ask('counting jobs', (sink) => sink.waiting());
    if (answer.status !== 'answered') return;
    counted(answer.value);
    // What was added meanwhile is thinned out with the rest: the next count, a moment later, is the better one.
    places.remain(before === 0 ? 0 : Math.min(1, answer.value / before));
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
  const standing = () => (depth() ?? Number.POSITIVE_INFINITY) + buffer.length;
  const room = () => places.free(standing());

  const inTurn = (job: Job) => withTurn(job, places.queued(job.organizationId));

  refresh();
  return {
    offer(jobs) {
      if (closing !== null || !connection.available() || buffer.length + jobs.length > capacity) {
        drop(jobs, 'unavailable');
        return false;
      }
      for (const job of jobs) {
        // One alone was asked about before it was committed.
        if (jobs.length > 1 && places.left(job.organizationId, standing()) === 0) drop([job], 'share');
        else {
          buffer.push(inTurn(job));
        }
      }
      pumping ??= pump();
      return true;
    },
    accepting(organizationId, isPaced = false) {
      refresh();
      if (closing !== null || room() <= (isPaced ? highWater / 2 : 0)) return false;
      return places.left(organizationId, standing()) > 0;
    },
    enqueue(jobs) {
      return add(jobs.map(inTurn));
    },
    shortOf: (count) => places.shortOf(count, standing()),
    waits: (organizationId, change) => places.waits(organizationId, change),
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

const withTurn = (job: Job, turn: number): Job => (turn === 0 ? job : { ...job, turn });

/** What is refused in one turn of the event loop is given back together. */
function openDrop(onDropped: ProducerOptions['onDropped']) {
  const refused = { unavailable: [] as Job[], share: [] as Job[] };
  return (jobs: Job[], reason: keyof typeof refused): void => {
    const dropped = refused[reason];
    if (dropped.length === 0) setImmediate(() => onDropped?.(dropped.splice(0), reason));
    for (const job of jobs) dropped.push(job);
  };
}

/** Two overlapping batches lock their rows in the same order, so they cannot deadlock on Postgres. */
function sortById(jobs: Job[]): Job[] {
  const keyed = jobs.map((job) => ({ key: jobId(job), job }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ job }) => job);
}
