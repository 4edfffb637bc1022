export interface PollingOptions {
  /** Milliseconds between an answer and the next question. */
  everyMs: number;
  /** Whether anybody wants an answer now. */
  isWanted: () => boolean;
  ask: () => Promise<void>;
  onError: (error: unknown) => void;
}

/** While the database does not answer, more questions would not help it. */
const AFTER_ERROR_MS = 500;

/** Asks again and again while somebody wants to know, one question at a time, and nothing while nobody does. */
export class Polling {
  readonly #options: PollingOptions;
  #started = false;
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;

  constructor(options: PollingOptions) {
    this.#options = options;
  }

  get isStarted(): boolean {
    return this.#started;
  }

  start(): void {
    this.#started = true;
  }

  /** Asks no more, and waits for the question under way. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#wake?.();
    await this.#running;
  }

  /** To be called when somebody begins to want an answer. */
  begin(): void {
    if (this.#started && this.#options.isWanted()) this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    const { everyMs, isWanted, ask, onError } = this.#options;
    while (this.#started && isWanted()) {
      let pauseMs = everyMs;
      try {
        await ask();
      } catch (error) {
        onError(error);
        pauseMs = Math.max(everyMs, AFTER_ERROR_MS);
      }
      if (this.#started && isWanted()) await this.#pause(pauseMs);
    }
    this.#running = null;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
