export interface AllowanceOptions {
  perSecond: number;
  /** What was not used is kept, up to this. */
  burst: number;
  /** Milliseconds that only go forward. */
  now: () => number;
}

/** So much a second. What has begun may end, and is paid for afterwards. */
export class Allowance {
  readonly #options: AllowanceOptions;
  #left: number;
  #filledAt: number;

  constructor(options: AllowanceOptions) {
    this.#options = options;
    this.#left = options.burst;
    this.#filledAt = options.now();
  }

  isLeft(): boolean {
    const { perSecond, burst, now } = this.#options;
    const at = now();
    this.#left = Math.min(burst, this.#left + ((at - this.#filledAt) * perSecond) / 1_000);
    this.#filledAt = at;
    return this.#left > 0;
  }

  spend(amount: number): void {
    this.#left -= amount;
  }
}
