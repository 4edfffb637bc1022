import { LRUCache } from 'lru-cache';
import type { Meter } from '../runtime/meter.ts';

export interface EndpointCeilingOptions {
  /** How many slow calls of one endpoint of this organization may be under way. */
  limit: (organizationId: string) => number;
  /** A delivery has to wait for it. */
  onReached: (organizationId: string) => void;
  /** Milliseconds that only go forward. */
  now?: () => number;
}

export interface CalledEndpoint {
  endpointId: string;
  organizationId: string;
}

/** A call that takes longer is a slow one. Quick ones need no ceiling: they are gone before they could be in the way. */
const SLOW_MS = 1_000;
/** What waits is looked at again after this at the latest: the endpoint may be quick again. */
const LONGEST_MS = 300_000;
/** Beyond that, the endpoint that was slow longest ago counts as quick until it is seen to be slow. */
const MAX_REMEMBERED = 10_000;

interface Calls {
  organizationId: string;
  /** When each of those under way began, oldest first. */
  began: Map<symbol, number>;
}

/** How many slow calls of one endpoint may be under way in this process, so that one endpoint takes no others their slots. */
export class EndpointCeiling implements Meter {
  readonly #options: EndpointCeilingOptions;
  readonly #now: () => number;
  readonly #calls = new Map<string, Calls>();
  /** Of endpoints whose last call was a slow one: when the last of those that wait has its turn. */
  readonly #slow = new LRUCache<string, number>({ max: MAX_REMEMBERED });

  constructor(options: EndpointCeilingOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** A call begins; ends with what is returned. */
  begin({ endpointId, organizationId }: CalledEndpoint): () => void {
    const calls = this.#calls.get(endpointId) ?? { organizationId, began: new Map() };
    this.#calls.set(endpointId, calls);
    const call = Symbol();
    const beganAt = this.#now();
    calls.began.set(call, beganAt);
    return () => {
      calls.began.delete(call);
      if (calls.began.size === 0) this.#calls.delete(endpointId);
      if (this.#now() - beganAt < SLOW_MS) this.#slow.delete(endpointId);
      else if (!this.#slow.has(endpointId)) this.#slow.set(endpointId, 0);
    };
  }

  /**
   * null: another call may begin. Otherwise when to ask again: in turn, and as soon as could be if each call took just
   * long enough to be slow.
   */
  putOffMs({ endpointId, organizationId }: CalledEndpoint): number | null {
    const calls = this.#calls.get(endpointId);
    const limit = this.#options.limit(organizationId);
    if (calls === undefined || calls.began.size < limit) return null;
    const now = this.#now();
    if (!this.#slow.has(endpointId) && countSlow(calls, now) < limit) return null;
    this.#options.onReached(organizationId);
    const turn = Math.max(this.#slow.get(endpointId) ?? 0, now) + SLOW_MS / limit;
    this.#slow.set(endpointId, turn);
    return Math.min(Math.max(turn - now, SLOW_MS), LONGEST_MS);
  }

  /** Of the endpoint with most calls. */
  used(organizationId: string): number {
    const own = [...this.#calls.values()].filter((calls) => calls.organizationId === organizationId);
    return Math.max(0, ...own.map((calls) => calls.began.size));
  }

  keys(): Iterable<string> {
    return new Set([...this.#calls.values()].map((calls) => calls.organizationId));
  }
}

function countSlow({ began }: Calls, now: number): number {
  let count = 0;
  for (const at of began.values()) {
    if (now - at < SLOW_MS) break;
    count++;
  }
  return count;
}
