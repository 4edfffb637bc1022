export interface Cached<T> {
  /** The value, at most as old as the cache allows. Whoever asks while it is loaded waits for the same load. */
  get(): Promise<T>;
  /** What is loaded, or being loaded, now is out of date. */
  invalidate(): void;
}

export interface CacheOptions<T> {
  load: () => Promise<T>;
  /** Whether to remember it: a failure would otherwise outlast its cause. */
  isWorthKeeping: (value: T) => boolean;
  maxAgeMs: number;
}

/** Remembers one value for a short time. */
export function createCached<T>({ load, isWorthKeeping, maxAgeMs }: CacheOptions<T>): Cached<T> {
  let current: { value: Promise<T>; expiresAt: number } | null = null;

  return {
    get: () => {
      if (current !== null && performance.now() < current.expiresAt) return current.value;
      // Until it is there it does not age: all who come meanwhile share it.
      const entry = { value: load(), expiresAt: Number.POSITIVE_INFINITY };
      current = entry;
      entry.value.then(
        (value) => {
          entry.expiresAt = isWorthKeeping(value) ? performance.now() + maxAgeMs : 0;
        },
        // Whoever waits is told; here it only must not be remembered.
        () => {
          entry.expiresAt = 0;
        },
      );
      return entry.value;
    },
    invalidate: () => {
      current = null;
    },
  };
}
