import type { Meter } from './meter.ts';

/** Owners who have nothing waiting and used nothing lately are forgotten beyond this. */
const MAX_OWNERS = 10_000;

/**
 * What waits, by who waits for it. Whoever was charged least comes first. Who comes back after a while begins where the
 * others are: what it did not use meanwhile is not saved up.
 */
export class FairQueue<T> implements Meter {
  readonly #waiting = new Map<string, T[]>();
  /** What each was charged. The least recently charged first. */
  readonly #charged = new Map<string, number>();
  /** What whoever was served last had been charged. */
  #level = 0;

  push(owner: string, item: T): void {
    const items = this.#waiting.get(owner);
    if (items) items.push(item);
    else {
      this.#charged.set(owner, Math.max(this.#chargedTo(owner), this.#level));
      this.#waiting.set(owner, [item]);
    }
  }

  /** What waits of one. */
  of(owner: string): readonly T[] {
    return this.#waiting.get(owner) ?? [];
  }

  used(owner: string): number {
    return this.of(owner).length;
  }

  keys(): Iterable<string> {
    return this.#waiting.keys();
  }

  /**
   * The next one.
   * @param choose which of one owner's may be taken: its place among them, or -1 for none.
   */
  take(choose: (items: readonly T[], owner: string) => number): T | undefined {
    const owners = [...this.#waiting.keys()].sort((a, b) => this.#chargedTo(a) - this.#chargedTo(b));
    for (const owner of owners) {
      const items = this.#waiting.get(owner) ?? [];
      const at = choose(items, owner);
      if (at < 0) continue;
      const [item] = items.splice(at, 1);
      if (items.length === 0) this.#waiting.delete(owner);
      this.#level = Math.max(this.#level, this.#chargedTo(owner));
      return item;
    }
    return undefined;
  }

  /** What it cost, when that is known. */
  charge(owner: string, cost: number): void {
    const charged = this.#chargedTo(owner) + cost;
    this.#charged.delete(owner);
    this.#charged.set(owner, charged);
    if (this.#charged.size <= MAX_OWNERS) return;
    for (const key of this.#charged.keys()) {
      if (this.#waiting.has(key)) continue;
      this.#charged.delete(key);
      return;
    }
  }

  /** Everything that waits, which no longer does. */
  drain(): T[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return all;
  }

  #chargedTo(owner: string): number {
    return this.#charged.get(owner) ?? 0;
  }
}
