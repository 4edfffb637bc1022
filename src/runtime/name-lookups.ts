import { LRUCache } from 'lru-cache';
import { networkOf } from '../domain/network.ts';
import type { RateBudget } from './rate-budget.ts';

/** Where what has a name is, in memory or else in the database. */
export interface NameSource<V> {
  /** undefined: only the database knows. Never waits. */
  peek(name: string): V | null | undefined;
  get(name: string): Promise<V | null>;
}

export type Lookup<V> =
  /** null: there is no such thing. */
  { status: 'looked_up'; value: V | null } | { status: 'turned_away'; retryAfterSeconds: number };

const MAX_KNOWN = 10_000;

/**
 * Looks names up that strangers may make up. Each that there is not costs a query and a place in memory, so an address
 * has a budget of them. What was there at the last look is free: no stranger keeps its owner out.
 */
export class NameLookups<V> {
  readonly #source: NameSource<V>;
  readonly #budget: RateBudget;
  readonly #known = new LRUCache<string, true>({ max: MAX_KNOWN });

  constructor(source: NameSource<V>, budget: RateBudget) {
    this.#source = source;
    this.#budget = budget;
  }

  async look(name: string, address: string): Promise<Lookup<V>> {
    const kept = this.#source.peek(name);
    if (kept !== undefined) return { status: 'looked_up', value: kept };
    const who = networkOf(address);
    const isKnown = this.#known.has(name);
    // Paid before it is known, or as many as are sent at once would go through.
    if (!isKnown && !this.#budget.tryTake(who)) {
      return { status: 'turned_away', retryAfterSeconds: Math.ceil(this.#budget.secondsUntilLeft(who)) || 1 };
    }
    const value = await this.#source.get(name);
    if (value === null) this.#known.delete(name);
    else {
      this.#known.set(name, true);
      if (!isKnown) this.#budget.giveBack(who, 1);
    }
    return { status: 'looked_up', value };
  }
}
