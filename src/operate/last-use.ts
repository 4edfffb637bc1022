import { LRUCache } from 'lru-cache';

export interface LastUsePorts {
  /** Notes that these were used just now. */
  mark: (ids: string[]) => Promise<void>;
  onError: (error: unknown) => void;
}

/** How exactly it is known when something was last used: whoever takes away a key or a secret asks for days. */
const RESOLUTION_MS = 60_000;
const MAX_REMEMBERED = 10_000;
const WRITE_AFTER_MS = 1_000;

/** Notes which keys or secrets are still in use. What is used all the time is written once a minute. */
export class LastUse {
  readonly #ports: LastUsePorts;
  readonly #noted = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: RESOLUTION_MS });
  #unwritten: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(ports: LastUsePorts) {
    this.#ports = ports;
  }

  used(id: string): void {
    if (this.#noted.has(id) || this.#closed) return;
    this.#noted.set(id, true);
    this.#unwritten.push(id);
    this.#timer ??= setTimeout(() => {
      this.#writing = this.#write();
    }, WRITE_AFTER_MS);
  }

  /** Writes what is left. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
  }

  async #write(): Promise<void> {
    this.#timer = null;
    const ids = this.#unwritten;
    this.#unwritten = [];
    if (ids.length === 0) return;
    try {
      await this.#ports.mark(ids);
    } catch (error) {
      this.#ports.onError(error);
      // Noted again at their next use.
      for (const id of ids) this.#noted.delete(id);
    }
  }
}
