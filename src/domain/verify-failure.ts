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
  /** The timestamp is not what its unit says: whole seconds, whole milliseconds, or RFC 3339. */
  'malformed_timestamp',
  /** The timestamp is too far in the past or in the future. */
  'timestamp_out_of_tolerance',
  /** A header that is part of what is signed is absent. */
  'missing_signed_header',
  /** A field of the body, or of the URL, that is part of what is signed is absent or neither text nor a whole number. */
  'missing_signed_field',
  /** The scheme needs the body read (as JSON, or as a form), and it cannot be. */
  'malformed_body',
  /** The signed URL names another digest than the body has. */
  'body_digest_mismatch',
  /** A header that must have one value came more than once. */
  'duplicate_header',
  /** There is no secret that is unexpired, not empty and readable in its encoding. */
  'no_secret',
  /** The stored description contradicts itself; nothing verifies until it is corrected. */
  'invalid_description',
  /** The certificate that is to prove the signature is not at an address of its sender's own. */
  'untrusted_certificate_url',
  /** The certificate could not be fetched, or cannot be read. */
  'certificate_unavailable',
  /** There is no scheme of that name. */
  'unknown_scheme',
  /** What was to be verified is no request: a part is absent or of another type. */
  'invalid_request',
] as const;
export type VerifyFailure = (typeof VERIFY_FAILURES)[number];
