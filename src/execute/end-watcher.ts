import { Polling } from './polling.ts';

export interface EndWatcherPorts {
  /** Which of these executions have ended. */
  findEnded: (executionIds: string[]) => Promise<string[]>;
  onError: (error: unknown) => void;
}

interface Waiter {
  executionId: string;
  settle: (ended: boolean) => void;
}

/** Shorter than for those who follow executions live: here a caller waits for the answer to its call. */
const POLL_MS = 50;

/**
 * Waits for the end of executions, whichever process brings it about. One poller asks for all who wait here,
 * and asks nothing while nobody waits: neither a connection nor a transaction is held for a waiter.
 */
export class EndWatcher {
  readonly #ports: EndWatcherPorts;
  readonly #waiters = new Set<Waiter>();
  readonly #polling: Polling;

  constructor(ports: EndWatcherPorts) {
    this.#ports = ports;
    this.#polling = new Polling({
      everyMs: POLL_MS,
      isWanted: () => this.#waiters.size > 0,
      ask: () => this.#ask(),
      onError: ports.onError,
    });
  }

  start(): void {
    this.#polling.start();
  }

  /** Lets everybody who waits go, with no end seen, and waits for the statement under way. */
  async stop(): Promise<void> {
    for (const waiter of this.#waiters) waiter.settle(false);
    await this.#polling.stop();
  }

  /** Whether the execution ended within `timeoutMs`; false too when `signal` aborts or the watcher stops. */
  waitForEnd(executionId: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#polling.isStarted || signal.aborted) return Promise.resolve(false);
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
      this.#polling.begin();
    });
  }

  async #ask(): Promise<void> {
    const ids = new Set([...this.#waiters].map((waiter) => waiter.executionId));
    const ended = new Set(await this.#ports.findEnded([...ids]));
    for (const waiter of this.#waiters) if (ended.has(waiter.executionId)) waiter.settle(true);
  }
}
