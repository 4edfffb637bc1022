import { isUnavailable } from '../store/faults.ts';

const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 1_000;

/**
 * Runs a database call again while the database cannot be reached, up to `limitMs`. For results that would
 * otherwise be lost, which costs a resend; everything else is left to the relay.
 */
export async function persistently<T>(limitMs: number, call: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + limitMs;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
    try {
      return await call();
    } catch (error) {
      if (!isUnavailable(error) || performance.now() + delayMs > giveUpAt) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}
