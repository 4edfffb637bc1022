export interface EndWatcherPorts {
  /** Which of these executions have ended. */
  findEnded: (executionIds: string[]) => Promise<string[]>;
  onError: (error: unknown) => void;
}

interface Waiter {
  executionId: string;
  settle: (ended: boolean) => void;
}

const POLL_MS = 50;
/** While the database does not answer, more questions would not help it. */
const POLL_AFTER_ERROR_MS = 500;

/**
 * Waits for the end of executions, whichever process brings it about. One poller asks for all who wait here,
 * and asks nothing while nobody waits: neither a connection nor a transaction is held for a waiter.
 */
export class EndWatcher {
  readonly #ports: EndWatcherPorts;
  readonly #waiters = new Set<Waiter>();
  #started = false;
  #polling: Promise<void> | null = null;
  #wake: (() => void) | null = null;

  constructor(ports: EndWatcherPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#started = true;
  }

  /** Lets everybody who waits go, with no end seen, and waits for the statement under way. */
  async stop(): Promise<void> {
    this.#started = false;
    for (const waiter of this.#waiters) waiter.settle(false);
    this.#wake?.();
    await this.#polling;
  }

  /** Whether the execution ended within `timeoutMs`; false too when `signal` aborts or the watcher stops. */
  waitForEnd(executionId: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#started || signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (ended: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#waiters.delete(waiter);
        resolve(ended);
      };
      const giveUp = () => settle(false);
      const waiter: Waiter = { executionId, settle };
      const timer = setTimeout(giveUp, timeoutMs);
      signal.addEventListener('abort', giveUp);
      this.#waiters.add(waiter);
      this.#polling ??= this.#poll();
    });
  }

  async #poll(): Promise<void> {
    while (this.#waiters.size > 0) {
      let pauseMs = POLL_MS;
      try {
        await this.#ask();
      } catch (error) {
        this.#ports.onError(error);
        pauseMs = POLL_AFTER_ERROR_MS;
      }
      if (this.#waiters.size > 0) await this.#pause(pauseMs);
    }
    this.#polling = null;
  }

  async #ask(): Promise<void> {
    const ids = new Set([...this.#waiters].map((waiter) => waiter.executionId));
    const ended = new Set(await this.#ports.findEnded([...ids]));
    for (const waiter of this.#waiters) if (ended.has(waiter.executionId)) waiter.settle(true);
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
