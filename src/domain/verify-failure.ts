/**
 * Why a request could not be authenticated. Stable: stored with refused requests and counted by, so a
 * reason is never renamed.
 */
export const VERIFY_FAILURES = [
  /** The header that carries the credential or the signature is absent or empty. */
  'missing_credential',
  /** The Authorization header is not `Bearer <token>`. */
  'malformed_credential',
  /** The API key or token is not one of ours. */
  'credential_mismatch',
  /** The signature lacks its prefix, is not in its encoding, or has the wrong length. */
  'malformed_signature',
  /** The signature is well-formed, but no current secret makes it from this request. */
  'signature_mismatch',
  /** The timestamp header is absent or empty. */
  'missing_timestamp',
  /** The timestamp is not a whole number of seconds or milliseconds. */
  'malformed_timestamp',
  /** The timestamp is too far in the past or in the future. */
  'timestamp_out_of_tolerance',
  /** A header that is part of what is signed is absent. */
  'missing_signed_header',
  /** A header that must have one value came more than once. */
  'duplicate_header',
  /** There is no secret that is unexpired, not empty and readable in its encoding. */
  'no_secret',
  /** The stored description contradicts itself; nothing verifies until it is corrected. */
  'invalid_description',
] as const;
export type VerifyFailure = (typeof VERIFY_FAILURES)[number];
