import type { FairSlots } from '../runtime/fair-slots.ts';
import type { Job } from './worker.ts';

export interface FairRunnerPorts {
  slots: FairSlots;
  /** Must not reject. */
  run: (job: Job) => Promise<void>;
  /** How many of one organization may wait here. 0 when left out. */
  maxWaiting?: number;
  /** So many more of it, or fewer, wait here. */
  onWaiting?: (organizationId: string, change: number) => void;
  /** A job has to wait although slots are free: its organization has its share of them. */
  onShareUsedUp: (organizationId: string) => void;
}

/** The jobs of one organization that wait, first come first. */
type Line = Map<string, Job>;

/**
 * Runs jobs in the slots of their organizations. Those that have none yet wait here, and go by turns over the
 * organizations as slots come free.
 */
export class FairRunner {
  readonly #ports: FairRunnerPorts;
  /** In the order in which they are served when they have equally many. */
  readonly #lines = new Map<string, Line>();
  #isClosed = false;

  constructor(ports: FairRunnerPorts) {
    this.#ports = ports;
  }

  /** Runs it if there is a slot for it now; undefined: there is none. */
  tryRun(job: Job): Promise<void> | undefined {
    const { organizationId } = job;
    if (this.#isClosed || this.#lines.has(organizationId)) return undefined;
    if (this.#ports.slots.tryTake(organizationId)) return this.#run(job);
    if (this.#ports.slots.free > 0) this.#ports.onShareUsedUp(organizationId);
    return undefined;
  }

  /** Lets it wait for a slot. False: too many of its organization do already. */
  enqueue(job: Job): boolean {
    const line = this.#lines.get(job.organizationId) ?? new Map<string, Job>();
    if (this.#isClosed || line.size >= (this.#ports.maxWaiting ?? 0)) return false;
    const { size } = line;
    line.set(job.id, job);
    if (size === 0) this.#lines.set(job.organizationId, line);
    // The relay offers again what waits for long.
    if (line.size > size) this.#ports.onWaiting?.(job.organizationId, 1);
    return true;
  }

  /** Begins no more; returns what waited. */
  close(): Job[] {
    this.#isClosed = true;
    const left = [...this.#lines.values()].flatMap((line) => [...line.values()]);
    for (const [organizationId, line] of this.#lines) this.#ports.onWaiting?.(organizationId, -line.size);
    this.#lines.clear();
    return left;
  }

  async #run(job: Job): Promise<void> {
    await this.#ports.run(job);
    this.#ports.slots.giveBack(job.organizationId);
    let isMore = true;
    while (isMore) isMore = this.#runNext();
  }

  /** Whoever has fewest goes first. False: nobody that waits may go. */
  #runNext(): boolean {
    const { slots } = this.#ports;
    if (slots.free === 0 || this.#lines.size === 0) return false;
    const waiting = [...this.#lines.keys()].sort((a, b) => slots.used(a) - slots.used(b));
    const next = waiting.find((organizationId) => slots.tryTake(organizationId));
    if (next === undefined) return false;
    const line = this.#lines.get(next) as Line;
    const [job] = line.values() as Iterable<Job> as [Job];
    line.delete(job.id);
    // Behind the others.
    this.#lines.delete(next);
    if (line.size > 0) this.#lines.set(next, line);
    this.#ports.onWaiting?.(next, -1);
    void this.#run(job);
    return true;
  }
}
