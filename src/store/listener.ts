import pg from 'pg';

export interface ListenerOptions {
  /** Must be a direct connection: a transaction-pooling proxy drops LISTEN. */
  connectionString: string;
  channel: string;
  onMessage: (payload: string) => void;
  /** After every (re)connection: whatever was missed meanwhile is unknown. */
  onConnected: () => void;
  onDisconnected: (error: Error) => void;
}

const HEARTBEAT_MS = 250;
const HEARTBEAT_TIMEOUT_MS = 1_000;
const RECONNECT_MS = 200;

/**
 * Listens on one channel over a connection of its own. `isFresh()` says whether everything that was
 * committed up to a second ago has been heard: a round trip proves it, because the server sends pending
 * notifications before the answer.
 */
export class Listener {
  readonly #options: ListenerOptions;
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lastBeat = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  isFresh(): boolean {
    return performance.now() - this.#lastBeat < HEARTBEAT_TIMEOUT_MS;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#wake?.();
    await this.#loop;
  }

  #wake: (() => void) | null = null;

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = setTimeout(resolve, ms);
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#connect();
        while (!this.#stopped) {
          // What the answer proves is as old as the question: it may have been long on its way.
          const askedAt = performance.now();
          await this.#client?.query('SELECT 1');
          this.#lastBeat = askedAt;
          await this.#sleep(HEARTBEAT_MS);
        }
      } catch (error) {
        if (!this.#stopped) this.#options.onDisconnected(error as Error);
      }
      await this.#disconnect();
      if (!this.#stopped) await this.#sleep(RECONNECT_MS);
    }
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.connectionString,
      application_name: 'hookgate-listen',
      connectionTimeoutMillis: 5_000,
      query_timeout: HEARTBEAT_TIMEOUT_MS,
      keepAlive: true,
    });
    this.#client = client;
    client.on('notification', (message) => this.#options.onMessage(message.payload ?? ''));
    // The next heartbeat fails and says so; without a listener the event would end the process.
    client.on('error', () => {
      this.#lastBeat = Number.NEGATIVE_INFINITY;
      this.#wake?.();
    });
    await client.connect();
    await client.query(`LISTEN ${client.escapeIdentifier(this.#options.channel)}`);
    this.#options.onConnected();
  }

  async #disconnect(): Promise<void> {
    this.#lastBeat = Number.NEGATIVE_INFINITY;
    const client = this.#client;
    this.#client = null;
    if (!client) return;
    client.removeAllListeners('notification');
    // A frozen server never says goodbye: end() is raced so that reconnecting does not wait for it.
    await Promise.race([client.end().catch(this.#options.onDisconnected), this.#sleep(RECONNECT_MS)]);
  }
}
