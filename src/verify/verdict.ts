import { VERIFY_FAILURES, type VerifyFailure } from '../domain/verify-failure.ts';

export type Verdict =
  /** `secretIndex` points into the secrets given; -1 (and a null id) when nothing had to be proven. */
  | { readonly valid: true; readonly secretIndex: number; readonly secretId: string | null }
  | { readonly valid: false; readonly reason: VerifyFailure };

const REFUSALS: ReadonlyMap<VerifyFailure, Verdict> = new Map(
  VERIFY_FAILURES.map((reason) => [reason, Object.freeze({ valid: false, reason })]),
);

/** The one shared refusal for a reason: refusing allocates nothing, which matters when a stranger floods. */
export function refuse(reason: VerifyFailure): Verdict {
  return REFUSALS.get(reason) ?? { valid: false, reason };
}
