import type { Meter } from './meter.ts';

/** Gives back what was taken. Calling it again does nothing. */
export type Release = () => void;

/** How much of something each may have at the same time. */
export class ConcurrencyBudget implements Meter {
  readonly #limit: (key: string) => number;
  readonly #onRefused: (key: string) => void;
  /** Only those who have something. */
  readonly #used = new Map<string, number>();

  /** @param limit asked at each use: it can change. */
  constructor(limit: (key: string) => number, onRefused: (key: string) => void) {
    this.#limit = limit;
    this.#onRefused = onRefused;
  }

  /** null: there is not so much left. Who has nothing yet gets what they ask for, however much that is. */
  take(key: string, amount = 1): Release | null {
    const used = this.used(key);
    if (used > 0 && used + amount > this.#limit(key)) {
      this.#onRefused(key);
      return null;
    }
    this.#used.set(key, used + amount);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.giveBack(key, amount);
    };
  }

  /**
   * More for somebody who has `held` of it already. Whoever is the only one that has any gets it, however much that is.
   * What it brings is given back with `giveBack`.
   */
  grow(key: string, amount: number, held: number): boolean {
    const used = this.used(key);
    if (used > held && used + amount > this.#limit(key)) {
      this.#onRefused(key);
      return false;
    }
    this.#used.set(key, used + amount);
    return true;
  }

  used(key: string): number {
    return this.#used.get(key) ?? 0;
  }

  keys(): Iterable<string> {
    return this.#used.keys();
  }

  giveBack(key: string, amount: number): void {
    const left = this.used(key) - amount;
    if (left > 0) this.#used.set(key, left);
    else this.#used.delete(key);
  }
}
