export interface LateAnswersPorts {
  /** Notes on the rows that exist that they were answered with this status. */
  mark: (logIds: string[], status: number) => Promise<void>;
  onError: (error: unknown) => void;
}

const MAX_REMEMBERED = 10_000;
const RETRY_MS = 1_000;

/**
 * Requests that were answered 503 because their commit was not confirmed in time: their rows, if they got
 * in, say 200. This writes beside it what was really answered, as soon as the database takes it.
 */
export class LateAnswers {
  readonly #ports: LateAnswersPorts;
  #logIds: string[] = [];
  /** Marked once. A statement that was given up may still commit after that, so they are marked once more. */
  #marked: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor(ports: LateAnswersPorts) {
    this.#ports = ports;
  }

  add(logIds: string[]): void {
    this.#logIds.push(...logIds.slice(0, MAX_REMEMBERED - this.#logIds.length));
    this.#schedule();
  }

  /** Tries once more. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#writing;
    if (this.#hasWork()) await this.#write();
  }

  #hasWork(): boolean {
    return this.#logIds.length + this.#marked.length > 0;
  }

  #schedule(): void {
    if (this.#closed || this.#writing || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#writing = this.#write().finally(() => {
        this.#writing = null;
        if (this.#hasWork()) this.#schedule();
      });
    }, RETRY_MS);
  }

  async #write(): Promise<void> {
    const fresh = this.#logIds;
    const again = this.#marked;
    this.#logIds = [];
    this.#marked = [];
    try {
      await this.#ports.mark([...fresh, ...again], 503);
      this.#marked = fresh;
    } catch (error) {
      this.#ports.onError(error);
      this.#logIds = [...fresh, ...this.#logIds].slice(0, MAX_REMEMBERED);
      this.#marked = again;
    }
  }
}
