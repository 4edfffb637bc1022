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
  #timer: NodeJS.Timeout | null = null;

  constructor(ports: LateAnswersPorts) {
    this.#ports = ports;
  }

  add(logIds: string[]): void {
    this.#logIds.push(...logIds.slice(0, MAX_REMEMBERED - this.#logIds.length));
    this.#timer ??= setTimeout(() => void this.#write(), RETRY_MS);
  }

  /** Tries once more. */
  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#logIds.length > 0) await this.#write();
    if (this.#timer) clearTimeout(this.#timer);
  }

  async #write(): Promise<void> {
    this.#timer = null;
    const batch = this.#logIds;
    this.#logIds = [];
    try {
      await this.#ports.mark(batch, 503);
    } catch (error) {
      this.#ports.onError(error);
      this.add(batch);
    }
  }
}
