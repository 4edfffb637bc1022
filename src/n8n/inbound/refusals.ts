import { sleep } from '../../queue/within.ts';
import type { InboundEvent } from '../../store/events.ts';
import { isDataFault } from '../../store/faults.ts';

export interface RefusalPorts {
  insert: (event: InboundEvent) => Promise<unknown>;
  onError: (error: unknown) => void;
}

/** Rows kept for one (organization, endpoint, reason, minute): a stranger cannot fill the table. */
const ROWS_PER_MINUTE = 20;
/** Rows that wait while the database is away. */
const MAX_WAITING = 1_000;
const RETRY_MS = 1_000;

/** Writes down which events were refused, after they were answered. */
export class InboundRefusals {
  readonly #ports: RefusalPorts;
  readonly #waiting: InboundEvent[] = [];
  /** How many of a minute became rows. Starts over with each minute, which keeps it small. */
  readonly #seen = new Map<string, number>();
  #minute = 0;
  #running: Promise<void> | null = null;
  readonly #stopping = new AbortController();

  constructor(ports: RefusalPorts) {
    this.#ports = ports;
  }

  record(event: InboundEvent): void {
    const minute = Math.floor(event.receivedAt.getTime() / 60_000);
    if (minute !== this.#minute) this.#seen.clear();
    this.#minute = minute;
    const key = `${event.organizationId} ${event.endpointId} ${event.outcome}`;
    const seen = this.#seen.get(key) ?? 0;
    if (seen >= ROWS_PER_MINUTE || this.#waiting.length >= MAX_WAITING) return;
    this.#seen.set(key, seen + 1);
    this.#waiting.push(event);
    this.#running ??= this.#run();
  }

  /** Writes what is left; gives up after one more try when the database does not take it. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      try {
        await this.#ports.insert(next);
        this.#waiting.shift();
      } catch (error) {
        this.#ports.onError(error);
        // Its organization is gone: it would stand in the way for ever.
        if (isDataFault(error)) this.#waiting.shift();
        else if (this.#stopping.signal.aborted) break;
        else await sleep(RETRY_MS, this.#stopping.signal);
      }
    }
    this.#running = null;
  }
}
