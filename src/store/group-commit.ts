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
   * Writes all items in one commit, or none, except for those to which it resolves: they need another write, which
   * follows at once, beside the batches of others, which may not wait for it. Must be idempotent: after a lost connection the same items are
   * written again.
   */
  write: (items: T[]) => Promise<readonly T[]>;
  /** Items that were answered `unconfirmed` although their write was confirmed or may have happened. */
  onLate: (items: T[]) => void;
  onBatch?: (batch: { rows: number; seconds: number }) => void;
  sizeOf: (item: T) => number;
  maxRows: number;
  maxBytes: number;
  maxWaitingRows: number;
  maxWaitingBytes: number;
  deadlineMs: number;
  /** Batches in flight at once, beside one of items that are written once more. */
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
  /** In flight, too: between one write of theirs and the next. */
  readonly #again: Entry<T>[] = [];
  readonly #inFlight = new Set<Entry<T>>();
  #waitingBytes = 0;
  #running = 0;
  #batches = 0;
  #isWritingAgain = false;
  #deadlineTimer: NodeJS.Timeout | null = null;
  /** When the timer goes off. */
  #wakesAt = Number.POSITIVE_INFINITY;
  #onIdle: (() => void)[] = [];

  constructor(options: GroupCommitOptions<T>) {
    this.#options = options;
  }

  get waiting(): { rows: number; bytes: number } {
    return { rows: this.#waiting.length + this.#inFlight.size, bytes: this.#waitingBytes };
  }

  /** `withinMs`: answers by then, where that is sooner than the deadline of all. */
  submit(item: T, withinMs = Number.POSITIVE_INFINITY): Promise<CommitResult> {
    const { maxWaitingBytes, maxWaitingRows, concurrency } = this.#options;
    const deadlineMs = Math.min(this.#options.deadlineMs, withinMs);
    const bytes = this.#options.sizeOf(item);
    const rows = this.#waiting.length + this.#again.length;
    const full = rows >= maxWaitingRows || this.#waitingBytes + bytes > maxWaitingBytes;
    // A single item over the limit still passes when nothing else waits: its size was limited at the door.
    if (full && this.#waitingBytes > 0) return Promise.resolve('overloaded');
    return new Promise((answer) => {
      const deadline = performance.now() + deadlineMs;
      this.#waiting.push({ item, bytes, deadline, uncertain: false, writing: false, answer });
      this.#waitingBytes += bytes;
      this.#armDeadline(deadline);
      if (this.#batches < concurrency) void this.#run();
    });
  }

  /** Resolves when everything submitted has its answer. */
  async flush(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  async #run(): Promise<void> {
    this.#running++;
    this.#batches++;
    // What arrives in the same turn of the event loop shares the first batch.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#commit(this.#take(this.#waiting));
    this.#batches--;
    this.#stopped();
  }

  /** What has to wait for somebody, as only another write can, keeps no batch of others waiting. */
  async #writeAgain(entries: Entry<T>[]): Promise<void> {
    this.#again.push(...entries);
    if (this.#isWritingAgain || this.#again.length === 0) return;
    this.#isWritingAgain = true;
    this.#running++;
    while (this.#again.length > 0) await this.#commit(this.#settleLate(this.#take(this.#again)), true);
    this.#isWritingAgain = false;
    this.#stopped();
  }

  #stopped(): void {
    this.#running--;
    if (this.#running === 0) {
      this.#disarm();
      for (const resolve of this.#onIdle.splice(0)) resolve();
    }
  }

  #take(queue: Entry<T>[]): Entry<T>[] {
    let bytes = 0;
    let rows = 0;
    for (const entry of queue) {
      if (rows > 0 && (rows >= this.#options.maxRows || bytes + entry.bytes > this.#options.maxBytes)) break;
      bytes += entry.bytes;
      rows++;
    }
    const batch = queue.splice(0, rows);
    for (const entry of batch) this.#inFlight.add(entry);
    return batch;
  }

  /** `again`: what fails for now joins those that came meanwhile, which may not wait until it succeeds. */
  async #commit(batch: Entry<T>[], again = false): Promise<void> {
    let entries = batch;
    while (entries.length > 0) {
      const started = performance.now();
      for (const entry of entries) entry.writing = true;
      try {
        const left = await this.#options.write(entries.map((entry) => entry.item));
        const rows = entries.length - left.length;
        if (rows > 0) this.#options.onBatch?.({ rows, seconds: (performance.now() - started) / 1000 });
        void this.#writeAgain(this.#settleWritten(entries, left));
        return;
      } catch (error) {
        if (isDataFault(error)) return this.#bisect(entries, again);
        const uncertain = isUncertain(error);
        for (const entry of entries) {
          entry.writing = false;
          entry.uncertain ||= uncertain;
        }
        entries = this.#settleLate(entries);
        if (entries.length > 0) await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
        if (!again) continue;
        this.#again.push(...entries);
        return;
      }
    }
  }

  /** Returns those that need another write and have the time for it. */
  #settleWritten(entries: Entry<T>[], left: readonly T[]): Entry<T>[] {
    if (left.length === 0) {
      this.#settle(entries, 'committed');
      return [];
    }
    const again = new Set(left);
    this.#settle(
      entries.filter((entry) => !again.has(entry.item)),
      'committed',
    );
    const rest = entries.filter((entry) => again.has(entry.item));
    for (const entry of rest) entry.writing = false;
    return this.#settleLate(rest);
  }

  /** Returns those that still have time. */
  #settleLate(entries: Entry<T>[]): Entry<T>[] {
    const now = performance.now();
    for (const entry of entries) if (entry.deadline <= now) this.#settle([entry], unstored(entry));
    return entries.filter((entry) => entry.deadline > now);
  }

  /** Finds the rows that are at fault by halves, so that a bad row fails alone. */
  async #bisect(entries: Entry<T>[], again: boolean): Promise<void> {
    if (entries.length === 1) return this.#settle(entries, 'rejected');
    const half = entries.length >> 1;
    await this.#commit(entries.slice(0, half), again);
    await this.#commit(entries.slice(half), again);
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

  /** One timer for all, which wakes for the first of them. */
  #armDeadline(deadline: number): void {
    if (deadline >= this.#wakesAt) return;
    this.#disarm();
    this.#wakesAt = deadline;
    this.#deadlineTimer = setTimeout(() => this.#expire(), Math.max(1, deadline - performance.now()));
  }

  #disarm(): void {
    if (this.#deadlineTimer) clearTimeout(this.#deadlineTimer);
    this.#deadlineTimer = null;
    this.#wakesAt = Number.POSITIVE_INFINITY;
  }

  /** Answers what has waited too long. What is in flight stays there: its row may yet be stored. */
  #expire(): void {
    this.#disarm();
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    const late: Entry<T>[] = [];
    const inTime: Entry<T>[] = [];
    for (const entry of this.#waiting) {
      if (entry.deadline > now) next = Math.min(next, entry.deadline);
      (entry.deadline > now ? inTime : late).push(entry);
    }
    if (late.length > 0) this.#waiting = inTime;
    this.#settle(late, 'not_stored');
    for (const entry of this.#inFlight) {
      if (entry.answer === null) continue;
      if (entry.deadline > now) {
        next = Math.min(next, entry.deadline);
        continue;
      }
      entry.answer(unstored(entry));
      entry.answer = null;
    }
    if (next < Number.POSITIVE_INFINITY) this.#armDeadline(next);
  }
}
