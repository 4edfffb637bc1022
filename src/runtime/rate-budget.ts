import { LRUCache } from 'lru-cache';
import { Allowance } from './allowance.ts';
import type { Meter } from './meter.ts';

export interface RateBudgetOptions {
  /** What there is in `perSeconds`. Asked at each use: it can change. */
  limit: (key: string) => number;
  perSeconds: number;
  /** What was not used is kept for so long. */
  burstSeconds: number;
  onRefused: (key: string) => void;
  /** Milliseconds that only go forward. */
  now: () => number;
}

/** Beyond that, who did not use any for longest has a full budget again. */
const MAX_KEYS = 10_000;

/** How much of something each may use in a time. What has begun may end, and is paid for afterwards. */
export class RateBudget implements Meter {
  readonly #options: RateBudgetOptions;
  readonly #allowances = new LRUCache<string, Allowance>({ max: MAX_KEYS });

  constructor(options: RateBudgetOptions) {
    this.#options = options;
  }

  /** Whether there is any left. Counts as a refusal where there is none. */
  isLeft(key: string): boolean {
    if (this.#of(key).isLeft()) return true;
    this.#options.onRefused(key);
    return false;
  }

  /** Also more than there is: the next have to wait for it. */
  spend(key: string, amount: number): void {
    this.#of(key).spend(amount);
  }

  /** Spends it if there is any left. */
  tryTake(key: string, amount = 1): boolean {
    if (!this.isLeft(key)) return false;
    this.spend(key, amount);
    return true;
  }

  /** What was spent and turned out not to be used. */
  giveBack(key: string, amount: number): void {
    this.#of(key).spend(-amount);
  }

  /** Until there is some again. */
  secondsUntilLeft(key: string): number {
    return this.#of(key).secondsUntilLeft();
  }

  used(key: string): number {
    return this.#allowances.peek(key)?.used() ?? 0;
  }

  keys(): Iterable<string> {
    return this.#allowances.keys();
  }

  #of(key: string): Allowance {
    const { limit, perSeconds, burstSeconds, now } = this.#options;
    const perSecond = limit(key) / perSeconds;
    let allowance = this.#allowances.get(key);
    if (!allowance) {
      allowance = new Allowance({ perSecond, burst: perSecond * burstSeconds, now });
      this.#allowances.set(key, allowance);
    } else allowance.change(perSecond, perSecond * burstSeconds);
    return allowance;
  }
}
