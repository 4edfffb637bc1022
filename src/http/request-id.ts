import { randomBytes } from 'node:crypto';

/**
 * Makes request ids: random per process, then a counter. Letters, digits and hyphens only. Not a UUID, whose
 * randomness is paid for at every request.
 */
export function createRequestIds(): () => string {
  const start = `${randomBytes(8).toString('hex')}-`;
  let count = 0;
  return () => start + (++count).toString(36);
}
