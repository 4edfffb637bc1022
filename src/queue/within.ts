import { setTimeout as timeout } from 'node:timers/promises';

export class TimedOutError extends Error {
  override name = 'TimedOutError';
  readonly code = 'ETIMEDOUT';
}

/**
 * The result of `work`, or a TimedOutError after `limitMs` milliseconds. The work itself goes on: what it
 * does later must be harmless.
 */
export async function within<T>(limitMs: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    // Timers run before sockets are read: after a stall of the event loop an answer that is already here
    // would lose to its time limit. The immediate lets the sockets be read once more.
    timer = setTimeout(() => {
      setImmediate(() => reject(new TimedOutError(`${what} took longer than ${limitMs} ms`)));
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits; returns early, without an error, when the signal is aborted. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await timeout(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Whether the work ends in time. Rejects when the work does. */
export async function endsWithin(limitMs: number, work: Promise<unknown>, what: string): Promise<boolean> {
  try {
    await within(limitMs, work, what);
    return true;
  } catch (error) {
    if (error instanceof TimedOutError) return false;
    throw error;
  }
}
