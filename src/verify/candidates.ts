import type { Verdict } from './verdict.ts';

/** A secret as it is stored, decrypted. More than one is valid while a rotation overlaps. */
export interface VerifySecret {
  id: string;
  secret: string;
  /** Unix milliseconds; null: does not expire. */
  expiresAt: number | null;
}

/** A secret made ready once: the key in the form it is compared with, and the verdict when it fits. */
export interface Candidate<Key> {
  readonly key: Key;
  readonly expiresAt: number | null;
  readonly accepted: Verdict;
}

/** Leaves out the secrets `keyOf` has no key for: they can never verify. */
export function prepareCandidates<Key>(
  secrets: readonly VerifySecret[],
  keyOf: (secret: string) => Key | null,
): Candidate<Key>[] {
  return secrets.flatMap(({ id, secret, expiresAt }, secretIndex) => {
    const key = keyOf(secret);
    const accepted: Verdict = Object.freeze({ valid: true, secretIndex, secretId: id });
    return key === null ? [] : [{ key, expiresAt, accepted }];
  });
}

/** Written so that a NaN on either side means: not live. */
export function isLive(candidate: Candidate<unknown>, nowMs: number): boolean {
  return candidate.expiresAt === null || nowMs < candidate.expiresAt;
}

export function someLive(candidates: readonly Candidate<unknown>[], nowMs: number): boolean {
  for (const candidate of candidates) if (isLive(candidate, nowMs)) return true;
  return false;
}
