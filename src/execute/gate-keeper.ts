import { createFaultLog, type QueueLog } from '../queue/log.ts';
import type { Released } from '../store/gate-release.ts';
import { createAlarm } from './alarm.ts';
import type { Job } from './worker.ts';

export interface GateKeeper {
  /** Idempotent. */
  start(): void;
  /** Ends after the look in progress. */
  stop(): Promise<void>;
  /** An attempt that passed the gate of this endpoint has ended: its place is free. */
  freed(endpointId: string): void;
  /** Something may have been held just now. */
  lookSoon(): void;
}

export interface GateKeeperOptions {
  release: (freed: string[]) => Promise<Released>;
  offer: (jobs: Job[]) => void;
  log: QueueLog;
}

/** With nothing held: others may hold something without telling. */
const IDLE_MS = 500;
/** So that what is paced leaves evenly, a few at a time, at a bearable number of statements. */
const SHORTEST_MS = 40;
/** Places that come free together are given away together. */
const FREED_MS = 5;
const AFTER_ERROR_MS = 1_000;

/** Looks whenever something that is held may go, and puts it on the queue. Every process has one; each serves all. */
export function createGateKeeper({ release, offer, log }: GateKeeperOptions): GateKeeper {
  const faults = createFaultLog({ log, subject: 'gate_keeper', fields: {} });
  const alarm = createAlarm();
  let freed = new Set<string>();
  let loop: { stopped: boolean; ended: Promise<void> } | null = null;

  async function look(): Promise<number> {
    const places = [...freed];
    freed = new Set();
    try {
      const { work, nextInMs, postponed } = await release(places);
      for (const place of postponed) freed.add(place);
      faults.healthy();
      if (work.length > 0) offer(work);
      return nextInMs === null ? IDLE_MS : Math.min(Math.max(nextInMs, SHORTEST_MS), IDLE_MS);
    } catch (error) {
      for (const place of places) freed.add(place);
      faults.unavailable(error);
      return AFTER_ERROR_MS;
    }
  }

  async function keepLooking(isStopped: () => boolean): Promise<void> {
    while (!isStopped()) {
      const pauseMs = await look();
      if (!isStopped()) await alarm.wait(pauseMs);
    }
  }

  return {
    start() {
      if (loop !== null) return;
      const begun = { stopped: false, ended: Promise.resolve() };
      begun.ended = keepLooking(() => begun.stopped);
      loop = begun;
    },
    async stop() {
      if (loop) loop.stopped = true;
      alarm.hasten(0);
      await loop?.ended;
      loop = null;
    },
    freed(endpointId) {
      freed.add(endpointId);
      alarm.hasten(FREED_MS);
    },
    lookSoon: () => alarm.hasten(SHORTEST_MS),
  };
}
