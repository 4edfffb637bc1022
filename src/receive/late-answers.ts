export interface LateAnswersPorts {
  /** Notes on the rows that exist that they were answered with this status, and answers which they are. */
  mark: (logIds: string[], status: number) => Promise<string[]>;
  onError: (error: unknown) => void;
}

const MAX_REMEMBERED = 10_000;
const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 15_000;
/** How long, from the first look that the database answered, a row is looked for. */
const LOOK_FOR_MS = 60_000;

/**
 * Requests that were answered 503 because their commit was not confirmed in time: their rows, if they got
 * in, say 200. This writes beside it what was really answered, as soon as the database takes it.
 *
 * A row that is not there yet may still come: a server that was frozen, or a connection that was given up,
 * can hold its statement back for longer than this write. So it is looked for again.
 */
export class LateAnswers {
  readonly #ports: LateAnswersPorts;
  /** When each was first looked for and not found. */
  readonly #missingSince = new Map<string, number | null>();
  #timer: NodeJS.Timeout | null = null;
  #delayMs = FIRST_DELAY_MS;
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor(ports: LateAnswersPorts) {
    this.#ports = ports;
  }

  add(logIds: string[]): void {
    for (const id of logIds.slice(0, MAX_REMEMBERED - this.#missingSince.size)) {
      this.#missingSince.set(id, null);
    }
    this.#delayMs = FIRST_DELAY_MS;
    this.#schedule();
  }

  /** Tries once more. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#writing;
    if (this.#missingSince.size > 0) await this.#write();
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#writing = this.#write();
    }, this.#delayMs);
  }

  async #write(): Promise<void> {
    const ids = [...this.#missingSince.keys()];
    try {
      for (const id of await this.#ports.mark(ids, 503)) this.#missingSince.delete(id);
      this.#forgetMissing(ids);
      this.#delayMs = Math.min(this.#delayMs * 2, MAX_DELAY_MS);
    } catch (error) {
      this.#ports.onError(error);
    }
    if (this.#missingSince.size > 0) this.#schedule();
  }

  /** Gives up on those that have been looked for long enough. */
  #forgetMissing(lookedFor: string[]): void {
    const now = performance.now();
    for (const id of lookedFor) {
      const since = this.#missingSince.get(id);
      if (since === null) this.#missingSince.set(id, now);
      else if (since !== undefined && now - since > LOOK_FOR_MS) this.#missingSince.delete(id);
    }
  }
}
