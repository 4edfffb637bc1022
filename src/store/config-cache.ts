import { LRUCache } from 'lru-cache';

export interface ConfigCacheOptions<V> {
  /** Reads the value from the database; null when there is none. */
  load: (key: string) => Promise<V | null>;
  /** Whether changes are being heard; without that nothing cached is trusted. */
  isFresh: () => boolean;
  maxEntries: number;
}

const MAX_AGE_MS = 60_000;
/** How old a load under way may be and still serve a newcomer: well under the second a change may take. */
const MAX_JOIN_MS = 250;

/** Wrapped because null, "there is no such thing", is worth remembering too. */
interface Entry<V> {
  value: V | null;
}

/** Configuration in memory, emptied by the changes the database announces. */
export class ConfigCache<V> {
  readonly #options: ConfigCacheOptions<V>;
  readonly #entries: LRUCache<string, Entry<V>>;
  /** Strangers' ids live apart, so that guessing cannot push out what is in use. */
  readonly #unknown: LRUCache<string, Entry<V>>;
  readonly #loading = new Map<string, { promise: Promise<V | null>; stale: boolean; startedAt: number }>();

  constructor(options: ConfigCacheOptions<V>) {
    this.#options = options;
    this.#entries = new LRUCache({ max: options.maxEntries, ttl: MAX_AGE_MS });
    this.#unknown = new LRUCache({ max: options.maxEntries, ttl: MAX_AGE_MS });
  }

  /** The cached value when it can be trusted; undefined when it must be loaded. Never waits. */
  peek(key: string): V | null | undefined {
    if (!this.#options.isFresh()) return undefined;
    return (this.#entries.get(key) ?? this.#unknown.get(key))?.value;
  }

  async get(key: string): Promise<V | null> {
    const cached = this.peek(key);
    if (cached !== undefined) return cached;
    const running = this.#loading.get(key);
    // A load that began before a change was heard may carry the old value: it serves whoever waits for it
    // already, and nobody else.
    if (running && !running.stale && performance.now() - running.startedAt < MAX_JOIN_MS)
      return running.promise;
    return this.#load(key);
  }

  invalidate(key: string): void {
    this.#entries.delete(key);
    this.#unknown.delete(key);
    const running = this.#loading.get(key);
    if (running) running.stale = true;
  }

  clear(): void {
    this.#entries.clear();
    this.#unknown.clear();
    for (const running of this.#loading.values()) running.stale = true;
  }

  async #load(key: string): Promise<V | null> {
    const heard = this.#options.isFresh();
    const fill = { promise: this.#options.load(key), stale: false, startedAt: performance.now() };
    this.#loading.set(key, fill);
    try {
      const value = await fill.promise;
      if (heard && !fill.stale && this.#options.isFresh())
        (value === null ? this.#unknown : this.#entries).set(key, { value });
      return value;
    } finally {
      if (this.#loading.get(key) === fill) this.#loading.delete(key);
    }
  }
}
