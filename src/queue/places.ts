/** Jobs that have the same turn: what is quickly done need not be sorted. */
const TURN = 100;

/**
 * Who has how many of the places in the queue. Each may have as many as stay free: half of all for one alone, a third
 * for each of two. So whoever comes next finds one, behind no more than a share of anybody's.
 */
export class Places {
  readonly #all: number;
  /** On the queue: what was put there, less what is gone by the last count. Nearly. */
  readonly #queued = new Map<string, number>();
  /** Taken off the queue by this process, but not begun. */
  readonly #waiting = new Map<string, number>();
  #waitingSum = 0;

  constructor(all: number) {
    this.#all = all;
  }

  /** One more. Returns how many hundreds of this one's were there before. */
  queued(organizationId: string): number {
    const before = this.#queued.get(organizationId) ?? 0;
    this.#queued.set(organizationId, before + 1);
    return Math.floor(before / TURN);
  }

  /** So much of what was on the queue still is. Between 0 and 1. */
  remain(part: number): void {
    for (const [organizationId, count] of this.#queued) {
      if (count * part < 0.5) this.#queued.delete(organizationId);
      else this.#queued.set(organizationId, count * part);
    }
  }

  waits(organizationId: string, change: number): void {
    const waiting = (this.#waiting.get(organizationId) ?? 0) + change;
    this.#waitingSum += change;
    if (waiting > 0) this.#waiting.set(organizationId, waiting);
    else this.#waiting.delete(organizationId);
  }

  /** Of all, where so many stand on the queue. */
  free(depth: number): number {
    return this.#all - depth - this.#waitingSum;
  }

  /** How many more this one may put there, where so many stand on the queue. */
  left(organizationId: string, depth: number): number {
    return Math.max(0, Math.ceil((this.free(depth) - this.#has(organizationId)) / 2));
  }

  /** Those who may put fewer than that many there. Of a few it is not worth while: each time costs a query. */
  shortOf(count: number, depth: number): Map<string, number> {
    const short = new Map<string, number>();
    for (const organizationId of new Set([...this.#queued.keys(), ...this.#waiting.keys()])) {
      const left = this.left(organizationId, depth);
      if (left < count) short.set(organizationId, left * 20 < this.#all ? 0 : left);
    }
    return short;
  }

  #has(organizationId: string): number {
    return (this.#queued.get(organizationId) ?? 0) + (this.#waiting.get(organizationId) ?? 0);
  }
}
