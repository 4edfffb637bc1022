import { isDataFault, isUncertain } from './faults.ts';

export type CommitResult =
  /** In the database, durably. */
  | 'committed'
  /** Too much is waiting; it was not taken. */
  | 'overloaded'
  /** The deadline passed and it is certain that nothing was stored. */
  | 'not_stored'
  /** The deadline passed and the database's last word is not known: it may have been stored. */
  | 'unconfirmed'
  /** The database refuses this row as data. */
  | 'rejected';

export interface GroupCommitOptions<T> {
  /**
   * Writes all items in one commit, or none. Must be idempotent: after a lost connection the same items
   * are written again.
   */
  write: (items: T[]) => Promise<void>;
  /** Items that were answered `unconfirmed` although their write was confirmed or may have happened. */
  onLate: (items: T[]) => void;
  onBatch?: (batch: { rows: number; seconds: number }) => void;
  sizeOf: (item: T) => number;
  maxRows: number;
  maxBytes: number;
  maxWaitingRows: number;
  maxWaitingBytes: number;
  deadlineMs: number;
  /** Batches in flight at once. */
  concurrency: number;
}

interface Entry<T> {
  item: T;
  bytes: number;
  deadline: number;
  /** Some write of it ended without a verdict. */
  uncertain: boolean;
  /** A write of it is under way. */
  writing: boolean;
  answer: ((result: CommitResult) => void) | null;
}

const RETRY_DELAY_MS = 50;

/** What is known, at its deadline, of an entry that was not confirmed. */
const unstored = (entry: { uncertain: boolean; writing: boolean }): CommitResult =>
  entry.uncertain || entry.writing ? 'unconfirmed' : 'not_stored';

/**
 * Shares one commit among the requests that arrive while an earlier commit is under way. A batch leaves as
 * soon as an earlier one is back, so a lone request never waits for company.
 */
export class GroupCommit<T> {
  readonly #options: GroupCommitOptions<T>;
  #waiting: Entry<T>[] = [];
  readonly #inFlight = new Set<Entry<T>>();
  #waitingBytes = 0;
  #running = 0;
  #deadlineTimer: NodeJS.Timeout | null = null;
  #onIdle: (() => void)[] = [];

  constructor(options: GroupCommitOptions<T>) {
    this.#options = options;
  }

  get waiting(): { rows: number; bytes: number } {
    return { rows: this.#waiting.length + this.#inFlight.size, bytes: this.#waitingBytes };
  }

  submit(item: T): Promise<CommitResult> {
    const { maxWaitingBytes, maxWaitingRows, deadlineMs, concurrency } = this.#options;
    const bytes = this.#options.sizeOf(item);
    const full = this.#waiting.length >= maxWaitingRows || this.#waitingBytes + bytes > maxWaitingBytes;
    // A single item over the limit still passes when nothing else waits: its size was limited at the door.
    if (full && this.#waitingBytes > 0) return Promise.resolve('overloaded');
    return new Promise((answer) => {
      const deadline = performance.now() + deadlineMs;
      this.#waiting.push({ item, bytes, deadline, uncertain: false, writing: false, answer });
      this.#waitingBytes += bytes;
      this.#armDeadline(deadlineMs);
      if (this.#running < concurrency) void this.#run();
    });
  }

  /** Resolves when everything submitted has its answer. */
  async flush(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  async #run(): Promise<void> {
    this.#running++;
    // What arrives in the same turn of the event loop shares the first batch.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#commit(this.#take());
    this.#running--;
    if (this.#running === 0) {
      if (this.#deadlineTimer) clearTimeout(this.#deadlineTimer);
      this.#deadlineTimer = null;
      for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  #take(): Entry<T>[] {
    let bytes = 0;
    let rows = 0;
    for (const entry of this.#waiting) {
      if (rows > 0 && (rows >= this.#options.maxRows || bytes + entry.bytes > this.#options.maxBytes)) break;
      bytes += entry.bytes;
      rows++;
    }
    const batch = this.#waiting.splice(0, rows);
    for (const entry of batch) this.#inFlight.add(entry);
    return batch;
  }

  async #commit(batch: Entry<T>[]): Promise<void> {
    let entries = batch;
    while (entries.length > 0) {
      const started = performance.now();
      for (const entry of entries) entry.writing = true;
      try {
        await this.#options.write(entries.map((entry) => entry.item));
        this.#options.onBatch?.({ rows: entries.length, seconds: (performance.now() - started) / 1000 });
        this.#settle(entries, 'committed');
        return;
      } catch (error) {
        if (isDataFault(error)) return this.#bisect(entries);
        const uncertain = isUncertain(error);
        for (const entry of entries) {
          entry.writing = false;
          entry.uncertain ||= uncertain;
        }
      }
      const now = performance.now();
      const late = entries.filter((entry) => entry.deadline <= now);
      for (const entry of late) this.#settle([entry], unstored(entry));
      entries = entries.filter((entry) => entry.deadline > now);
      if (entries.length > 0) await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
    }
  }

  /** Finds the rows that are at fault by halves, so that a bad row fails alone. */
  async #bisect(entries: Entry<T>[]): Promise<void> {
    if (entries.length === 1) return this.#settle(entries, 'rejected');
    const half = entries.length >> 1;
    await this.#commit(entries.slice(0, half));
    await this.#commit(entries.slice(half));
  }

  #settle(entries: Entry<T>[], result: CommitResult): void {
    const late: T[] = [];
    for (const entry of entries) {
      this.#inFlight.delete(entry);
      this.#waitingBytes -= entry.bytes;
      const mayBeStored = result === 'unconfirmed' || (result === 'committed' && entry.answer === null);
      if (mayBeStored) late.push(entry.item);
      entry.answer?.(result);
      entry.answer = null;
    }
    if (late.length > 0) this.#options.onLate(late);
  }

  #armDeadline(afterMs: number): void {
    this.#deadlineTimer ??= setTimeout(() => this.#expire(), afterMs);
  }

  /** Answers what has waited too long. What is in flight stays there: its row may yet be stored. */
  #expire(): void {
    this.#deadlineTimer = null;
    const now = performance.now();
    // Deadlines rise in order of arrival, so the late ones are at the front.
    const firstInTime = this.#waiting.findIndex((entry) => entry.deadline > now);
    const late = this.#waiting.splice(0, firstInTime === -1 ? this.#waiting.length : firstInTime);
    this.#settle(late, 'not_stored');
    let next = this.#waiting[0]?.deadline ?? Number.POSITIVE_INFINITY;
    for (const entry of this.#inFlight) {
      if (entry.answer === null) continue;
      if (entry.deadline > now) {
        next = Math.min(next, entry.deadline);
        continue;
      }
      entry.answer(unstored(entry));
      entry.answer = null;
    }
    if (next < Number.POSITIVE_INFINITY) this.#armDeadline(Math.max(1, next - now));
  }
}
