import { NEARLY_USED_UP } from '../domain/budgets.ts';
import type { Meter } from './meter.ts';

export interface DailyBudgetOptions {
  /** Asked at each use: it can change. */
  limit: (key: string) => number;
  onRefused: (key: string) => void;
  /** Once a day for each: most of it is used. */
  onNearlyUsedUp: (key: string, used: number, limit: number) => void;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What was used and is not written down yet. */
export interface Unwritten {
  /** Since 1970, in UTC. */
  day: number;
  amounts: ReadonlyMap<string, number>;
}

const DAY_MS = 86_400_000;

/**
 * How much of something each may use from midnight to midnight, UTC, by what this process has heard of. What others
 * use is known once `know` was told, so that all together use somewhat more than there is.
 */
export class DailyBudget implements Meter {
  readonly #options: DailyBudgetOptions;
  #day: number;
  #used = new Map<string, number>();
  #unwritten = new Map<string, number>();
  /** Of days that are over. */
  #left: Unwritten[] = [];
  readonly #nearlyUsedUp = new Set<string>();

  constructor(options: DailyBudgetOptions) {
    this.#options = options;
    this.#day = this.today();
  }

  today(): number {
    return Math.floor(this.#options.now() / DAY_MS);
  }

  /** Whether there is any left. Counts as a refusal where there is none. */
  isLeft(key: string): boolean {
    this.#turn();
    if ((this.#used.get(key) ?? 0) < this.#options.limit(key)) return true;
    this.#options.onRefused(key);
    return false;
  }

  spend(key: string, amount: number): void {
    this.#turn();
    this.#unwritten.set(key, (this.#unwritten.get(key) ?? 0) + amount);
    this.#set(key, (this.#used.get(key) ?? 0) + amount);
  }

  secondsUntilLeft(): number {
    return Math.ceil(((this.today() + 1) * DAY_MS - this.#options.now()) / 1_000);
  }

  used(key: string): number {
    this.#turn();
    return this.#used.get(key) ?? 0;
  }

  keys(): Iterable<string> {
    this.#turn();
    return this.#used.keys();
  }

  takeUnwritten(): Unwritten[] {
    this.#turn();
    const unwritten = this.#left;
    if (this.#unwritten.size > 0) unwritten.push({ day: this.#day, amounts: this.#unwritten });
    this.#left = [];
    this.#unwritten = new Map();
    return unwritten;
  }

  /** It could not be written. */
  putBack(unwritten: Unwritten[]): void {
    this.#turn();
    for (const { day, amounts } of unwritten) {
      if (day !== this.#day) this.#left.push({ day, amounts });
      else
        for (const [key, amount] of amounts)
          this.#unwritten.set(key, (this.#unwritten.get(key) ?? 0) + amount);
    }
  }

  /** What all processes together have written down for a day. */
  know(day: number, totals: ReadonlyMap<string, number>): void {
    this.#turn();
    if (day !== this.#day) return;
    for (const [key, total] of totals) this.#set(key, total + (this.#unwritten.get(key) ?? 0));
  }

  #set(key: string, used: number): void {
    this.#used.set(key, used);
    const limit = this.#options.limit(key);
    if (used < limit * NEARLY_USED_UP || this.#nearlyUsedUp.has(key)) return;
    this.#nearlyUsedUp.add(key);
    this.#options.onNearlyUsedUp(key, used, limit);
  }

  #turn(): void {
    const today = this.today();
    if (today === this.#day) return;
    if (this.#unwritten.size > 0) this.#left.push({ day: this.#day, amounts: this.#unwritten });
    this.#day = today;
    this.#used = new Map();
    this.#unwritten = new Map();
    this.#nearlyUsedUp.clear();
  }
}
