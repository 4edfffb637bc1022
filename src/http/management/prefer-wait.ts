export const MAX_WAIT_SECONDS = 60;

/**
 * The seconds that `Prefer: wait=N` (RFC 7240) asks for, 60 at the most; null when it does not ask to wait. A
 * preference that cannot be understood is ignored, as all preferences may be.
 */
export function preferredWait(header: string | undefined): number | null {
  for (const preference of (header ?? '').split(',')) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    if (seconds !== undefined) return Math.min(Number(seconds), MAX_WAIT_SECONDS);
  }
  return null;
}
