import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** The deadline, in milliseconds. A liveness bound: generous, because a busy machine is no failure. 60,000. */
  withinMs?: number;
  /** Milliseconds between two looks. 25. */
  everyMs?: number;
}

/**
 * Looks until `probe` answers something true, and returns that. Rejects at the deadline, naming `what` and the
 * last error of the probe, if it threw: a service that is not there yet is no answer, rather than a failure.
 */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  { withinMs = 60_000, everyMs = 25 }: EventuallyOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  do {
    try {
      const value = await probe();
      if (value) return value as Exclude<T, false | null | undefined>;
      last = value;
    } catch (error) {
      last = error;
    }
    await delay(everyMs);
  } while (performance.now() < deadline);
  const cause = last instanceof Error ? last : undefined;
  throw new Error(`Not within ${withinMs} ms: ${what}${cause ? ` (${cause.message})` : ''}`, { cause });
}
