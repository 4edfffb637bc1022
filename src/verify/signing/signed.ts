import type { VerifyFailure } from '../../domain/verify-failure.ts';
import type { PayloadSource } from '../payload.ts';

/** `cannot_sign`: only the sender can, with a key that nobody else has. */
export type SigningFailure = VerifyFailure | 'cannot_sign';

export type Signed =
  | {
      signed: true;
      /** What to add to the request's own headers; names are lower-case. */
      headers: Record<string, string>;
      /** To be sent instead: the signature, or when it was made, is in the body. */
      rawBody?: Buffer;
      /** To be sent to instead: the digest of the body is in the URL. */
      url?: string;
    }
  | { signed: false; reason: SigningFailure };

/** What is to be signed, and with what. */
export interface Signing extends PayloadSource {
  secret: string;
  /** Unix milliseconds. */
  nowMs: number;
}

export const cannot = (reason: SigningFailure): Signed => ({ signed: false, reason });
