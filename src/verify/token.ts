import { createHash, timingSafeEqual } from 'node:crypto';
import type { VerifyFailure } from '../domain/verify-failure.ts';
import { isLive, prepareCandidates, someLive, type VerifySecret } from './candidates.ts';
import { jsonOf, valueAt } from './json-body.ts';
import { readHeader, type VerifyRequest } from './request.ts';
import type { SignaturePlace } from './scheme.ts';
import { refuse, type Verdict } from './verdict.ts';

export const API_KEY_HEADER = 'x-api-key';
export const BEARER_HEADER = 'authorization';

const BEARER = /^bearer +(?=[^ ])/i;

/** Where the token begins in the header's value, or why there is none. */
export type TokenStart = (value: string) => number | VerifyFailure;

export const wholeValue: TokenStart = () => 0;

/** The name of the scheme is case-insensitive (RFC 9110). */
export const afterBearer: TokenStart = (value) => BEARER.exec(value)?.[0].length ?? 'malformed_credential';

/** After a text that has to be there. */
export const textAfter =
  (prefix: string): TokenStart =>
  (value) =>
    value.startsWith(prefix) ? prefix.length : 'malformed_credential';

/**
 * Compares a token that is sent as it is. What is compared are SHA-256 digests, so neither the length of
 * the secret nor how much of it was guessed shows in the time; the secret itself is not kept.
 */
export function compileToken(
  place: SignaturePlace,
  tokenStart: TokenStart,
  secrets: readonly VerifySecret[],
): (request: VerifyRequest) => Verdict {
  const candidates = prepareCandidates(secrets, (secret) =>
    secret === '' ? null : createHash('sha256').update(secret, 'utf8').digest(),
  );
  // latin1 gives back the bytes of a header that were on the wire.
  const charset = place.in === 'json' ? 'utf8' : 'latin1';
  return (request) => {
    const { nowMs } = request;
    if (!someLive(candidates, nowMs)) return refuse('no_secret');
    const value = readToken(place, request);
    if (value === null) return refuse('duplicate_header');
    if (value === undefined || value === '') return refuse('missing_credential');
    const start = tokenStart(value);
    if (typeof start === 'string') return refuse(start);
    const digest = createHash('sha256').update(value.slice(start), charset).digest();
    for (const candidate of candidates) {
      if (isLive(candidate, nowMs) && timingSafeEqual(digest, candidate.key)) return candidate.accepted;
    }
    return refuse('credential_mismatch');
  };
}

function readToken(place: SignaturePlace, request: VerifyRequest): string | undefined | null {
  if (place.in === 'header') return readHeader(request.headers, place.name);
  if (place.in === 'headers') return undefined;
  const value = valueAt(jsonOf(request), place.path);
  return typeof value === 'string' ? value : undefined;
}
