/** Gives the place to the next. Calling it again does nothing. */
export type EndTurn = () => void;

/** Too many wait, or the wait took too long. */
export class NoTurnError extends Error {
  override name = 'NoTurnError';
}

export interface TurnsOptions {
  /** How many may be at it at the same time. */
  places: number;
  /** Of all together; one of them waits no longer than that. */
  waitMs: number;
  /** Of one key. */
  maxWaiting: number;
}

interface Waiter {
  go: (end: EndTurn) => void;
  timer: NodeJS.Timeout;
}

/**
 * A few places for many, each with a key of whom it is for. Whose turn it is goes round by key, so that the calls of
 * one never wait for all the calls of another, and nobody gets the last place while they have all the others.
 */
export class Turns {
  readonly #options: TurnsOptions;
  /** Those who wait, by key; the key whose turn is next comes first. */
  readonly #waiting = new Map<string, Waiter[]>();
  readonly #held = new Map<string, number>();
  #taken = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** @throws NoTurnError */
  async take(key: string): Promise<EndTurn> {
    const { maxWaiting, waitMs } = this.#options;
    if (this.#mayHave(key)) return this.#hand(key);
    const queue = this.#waiting.get(key) ?? [];
    if (queue.length >= maxWaiting) throw new NoTurnError('too many wait for a database connection');
    return new Promise((go, reject) => {
      const timer = setTimeout(() => {
        this.#forget(key, waiter);
        reject(new NoTurnError('the wait for a database connection took too long'));
      }, waitMs);
      const waiter = { go, timer };
      queue.push(waiter);
      this.#waiting.set(key, queue);
    });
  }

  /** The last place is for others than who has all the rest. */
  #mayHave(key: string): boolean {
    const { places } = this.#options;
    return this.#taken < places && (this.#held.get(key) ?? 0) < Math.max(1, places - 1);
  }

  #hand(key: string): EndTurn {
    this.#taken++;
    this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#taken--;
      const left = (this.#held.get(key) ?? 1) - 1;
      if (left > 0) this.#held.set(key, left);
      else this.#held.delete(key);
      this.#next();
    };
  }

  #next(): void {
    for (const [key, queue] of this.#waiting) {
      if (!this.#mayHave(key)) continue;
      const waiter = queue.shift() as Waiter;
      clearTimeout(waiter.timer);
      // To the end of the round.
      this.#waiting.delete(key);
      if (queue.length > 0) this.#waiting.set(key, queue);
      waiter.go(this.#hand(key));
      return;
    }
  }

  #forget(key: string, waiter: Waiter): void {
    const queue = this.#waiting.get(key) ?? [];
    const left = queue.filter((other) => other !== waiter);
    if (left.length === 0) this.#waiting.delete(key);
    else queue.splice(0, queue.length, ...left);
  }
}
