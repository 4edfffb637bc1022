import { newId } from '../domain/ids.ts';
import { describeError, type QueueLog } from '../queue/log.ts';
import { createLoop } from '../queue/loop.ts';
import type { ClaimedEvents, EventClaim, LeasedEvent } from '../store/event-claim.ts';
import type { EventAttempt } from '../store/event-record.ts';
import { LEASE_MS, type LeaseKeeper } from './leases.ts';

export interface EventSenderPorts {
  claim: (claim: EventClaim) => Promise<ClaimedEvents>;
  /** Makes the attempt, and ends when whoever judges endpoints knows how it went. Does not reject for expected failures. */
  send: (event: LeasedEvent) => Promise<EventAttempt>;
  /** Whether it was written; false: the lease was lost meanwhile. */
  record: (attempt: EventAttempt) => Promise<boolean>;
  leases: Pick<LeaseKeeper, 'hold' | 'release'>;
  onAttempt: (attempt: EventAttempt, recorded: boolean) => void;
  /** An event that passed the gate of this endpoint has ended: its place is free. */
  freed: (endpointId: string) => void;
  log: QueueLog;
}

export interface EventSender {
  /** Idempotent. */
  start(): void;
  /** There may be events that are due. */
  wake(): void;
  /** Takes no more; ends after the look in progress. */
  stop(): Promise<void>;
  /** Ends when nothing is under way. */
  idle(): Promise<void>;
}

/** Under way in one process. An event waits here for its endpoint only, so this costs a socket and its body each. */
const AT_ONCE = 200;
/** Of one endpoint: one that is slow, or dead, takes no more of them. Where a pace or a circuit decides, more may go. */
const SHARE = { free: 4, paced: 16 };
/** Once half of all are taken: room for as many endpoints as possible. */
const SCARCE_SHARE = { free: 1, paced: 4 };
/** Of what is free, how many times as much one organization may have: four fifths of all while it is alone. */
const TIMES_THE_FREE = 4;
/** With nothing to do: others may write events without telling, and retries fall due. */
const IDLE_MS = 500;
/** Places that come free together are given away together. */
const FREED_MS = 5;

/** Sends what is in the outbox, as it falls due. Any number of processes may. */
export function createEventSender(ports: EventSenderPorts): EventSender {
  const loop = createLoop({ round: look, subject: 'event_sender', log: ports.log });
  const inHand = new Map<string, LeasedEvent>();
  const waiters: (() => void)[] = [];

  async function carry(event: LeasedEvent): Promise<void> {
    inHand.set(event.id, event);
    ports.leases.hold(event.leaseToken);
    try {
      const attempt = await ports.send(event);
      ports.onAttempt(attempt, await ports.record(attempt));
    } catch (error) {
      // Its lease runs out, and then somebody takes it over.
      ports.log.error({ eventId: event.id, ...describeError(error) }, 'event.failed');
    } finally {
      ports.leases.release(event.leaseToken);
      inHand.delete(event.id);
      if (event.gate) ports.freed(event.endpointId);
      loop.hasten(FREED_MS);
      if (inHand.size === 0) for (const resolve of waiters.splice(0)) resolve();
    }
  }

  /** Milliseconds until the next look. */
  async function look(): Promise<number> {
    const room = AT_ONCE - inHand.size;
    if (room <= 0) return IDLE_MS;
    const { leased, passedOver } = await ports.claim({
      leaseTokens: Array.from({ length: room }, newId),
      leaseMs: LEASE_MS,
      share: inHand.size < AT_ONCE / 2 ? SHARE : SCARCE_SHARE,
      timesTheFree: TIMES_THE_FREE,
      inHand: [...inHand.values()],
    });
    for (const event of leased) void carry(event);
    return leased.length + passedOver > 0 ? 0 : IDLE_MS;
  }

  return {
    start: loop.start,
    wake: () => loop.hasten(0),
    stop: loop.stop,
    idle: () => (inHand.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  };
}
