export interface AllowanceOptions {
  perSecond: number;
  /** What was not used is kept, up to this. */
  burst: number;
  /** Milliseconds that only go forward. */
  now: () => number;
}

/** So much a second. What has begun may end, and is paid for afterwards. */
export class Allowance {
  readonly #now: () => number;
  #perSecond: number;
  #burst: number;
  #left: number;
  #filledAt: number;

  constructor({ perSecond, burst, now }: AllowanceOptions) {
    this.#now = now;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#filledAt = now();
  }

  isLeft(): boolean {
    return this.#fill() > 0;
  }

  spend(amount: number): void {
    this.#left -= amount;
  }

  /** From now on. What is owed stays owed. */
  change(perSecond: number, burst: number): void {
    if (perSecond === this.#perSecond && burst === this.#burst) return;
    this.#fill();
    this.#left += burst - this.#burst;
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** What is gone of the burst, and what is owed. */
  used(): number {
    return this.#burst - this.#fill();
  }

  secondsUntilLeft(): number {
    return Math.max(0, -this.#fill() / this.#perSecond);
  }

  #fill(): number {
    const at = this.#now();
    this.#left = Math.min(this.#burst, this.#left + ((at - this.#filledAt) * this.#perSecond) / 1_000);
    this.#filledAt = at;
    return this.#left;
  }
}
