import type { Meter } from './meter.ts';

export interface FairSlotsOptions {
  /** Of all together. */
  slots: number;
  /** Whether one may have more, however much is free. Asked at each use: it can change. */
  mayHaveMore: (key: string) => boolean;
}

/** Of what is free, how many times as much one may have. */
const TIMES_THE_FREE = 4;

/**
 * Slots for those who want some at the same time. Each may have four times as many as stay free: four fifths of all for
 * one alone, four ninths for each of two. So there are always some for whoever comes next, and nothing that has begun
 * need be taken back from anybody.
 */
export class FairSlots implements Meter {
  readonly #mayHaveMore: (key: string) => boolean;
  /** Only those who have some. */
  readonly #used = new Map<string, number>();
  #free: number;

  constructor({ slots, mayHaveMore }: FairSlotsOptions) {
    this.#free = slots;
    this.#mayHaveMore = mayHaveMore;
  }

  /** Whether one more is this one's. Who has none gets one as long as any is free. */
  tryTake(key: string): boolean {
    const used = this.used(key);
    if (this.#free === 0) return false;
    if (used > 0 && (used + 1 > TIMES_THE_FREE * (this.#free - 1) || !this.#mayHaveMore(key))) return false;
    this.#free--;
    this.#used.set(key, used + 1);
    return true;
  }

  giveBack(key: string): void {
    const left = this.used(key) - 1;
    this.#free++;
    if (left > 0) this.#used.set(key, left);
    else this.#used.delete(key);
  }

  used(key: string): number {
    return this.#used.get(key) ?? 0;
  }

  keys(): Iterable<string> {
    return this.#used.keys();
  }

  get free(): number {
    return this.#free;
  }
}
