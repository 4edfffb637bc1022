import type { QueueLog } from '../queue/log.ts';
import { createLoop } from '../queue/loop.ts';
import type { Released } from '../store/gate-release.ts';
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

/** Looks whenever something that is held may go, and puts it on the queue. Every process has one; each serves all. */
export function createGateKeeper({ release, offer, log }: GateKeeperOptions): GateKeeper {
  let freed = new Set<string>();

  async function look(): Promise<number> {
    const places = freed;
    freed = new Set();
    try {
      const { work, nextInMs, postponed } = await release([...places]);
      for (const place of postponed) freed.add(place);
      if (work.length > 0) offer(work);
      return nextInMs === null ? IDLE_MS : Math.min(Math.max(nextInMs, SHORTEST_MS), IDLE_MS);
    } catch (error) {
      for (const place of places) freed.add(place);
      throw error;
    }
  }

  const { start, stop, hasten } = createLoop({ round: look, subject: 'gate_keeper', log });
  return {
    start,
    stop,
    freed(endpointId) {
      freed.add(endpointId);
      hasten(FREED_MS);
    },
    lookSoon: () => hasten(SHORTEST_MS),
  };
}
