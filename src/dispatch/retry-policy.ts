import type { RetryPolicy } from '../domain/retry-policy.ts';

const MAX_RETRY_AFTER_MS = 3_600_000;

// The three forms of an HTTP date all begin with the day. Date.parse alone would also take "-1" for a date.
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i;

export interface DelayInput {
  policy: RetryPolicy;
  /** Attempts of this run that failed, this one included. */
  failedAttempts: number;
  /** What the endpoint asked for, or null. */
  retryAfterMs: number | null;
  /** As Math.random. */
  random: () => number;
}

/**
 * Milliseconds until the next attempt: exponential backoff with full jitter, which spreads out deliveries
 * that failed together, but never earlier than the endpoint asked for.
 */
export function delayMs({ policy, failedAttempts, retryAfterMs, random }: DelayInput): number {
  const ceiling = Math.min(policy.capMs, policy.baseMs * 2 ** Math.max(0, failedAttempts - 1));
  return Math.max(Math.round(random() * ceiling), retryAfterMs ?? 0);
}

/**
 * The wait a Retry-After header asks for (seconds or an HTTP date), at most one hour; null when it is
 * missing or says nothing that can be understood.
 */
export function parseRetryAfter(value: string | null | undefined, nowMs: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1000), MAX_RETRY_AFTER_MS);
  if (!HTTP_DATE.test(text)) return null;
  // asctime's form has no zone and would be read as local time.
  const at = Date.parse(/gmt$/i.test(text) ? text : `${text} GMT`);
  if (Number.isNaN(at)) return null;
  return Math.min(Math.max(0, at - nowMs), MAX_RETRY_AFTER_MS);
}
